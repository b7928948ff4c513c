import { describe, expect, it } from 'vitest';
import { encodePng } from '../imaging/node.ts';
import { readManifest } from './manifest.ts';
import { openMemoryTree } from './memory-tree.ts';
import { openRelease } from './open-release.ts';
import { describeRelease } from './stats.ts';
import { isWhole, verifyRelease } from './verify.ts';

const png = await encodePng({ width: 2, height: 2, channels: 1, data: Uint8Array.from([0, 50, 100, 255]) });
const open = (files: ReadonlyMap<string, Uint8Array>) => openRelease(openMemoryTree(files, 'memory'));
const folder = (entries: Readonly<Record<string, string | Uint8Array>>) => open(new Map(Object.entries(entries).map(([path, content]) => [path, Buffer.from(content)])));

describe('verifyRelease', () => {
  it('says of a foreign set only whether it can be read', async () => {
    const whole = await verifyRelease(await folder({ 'a/1.png': png, 'b/2.png': png }));
    expect(whole).toMatchObject({ known: false, decoded: 2, missing: [], unreadable: [] });
    expect(isWhole(whole)).toBe(true);
    const broken = await verifyRelease(await folder({ 'a/1.png': png, 'b/2.png': png.subarray(0, 40) }));
    expect(broken.unreadable.map((one) => one.image)).toEqual(['b/2.png']);
    expect(isWhole(broken)).toBe(false);
  });

  it('knows the published images by name, and notices what is changed, missing, extra and unreadable', async () => {
    const ids = readManifest().images.map((image) => image.id);
    const [gone = '', torn = '', ...rest] = ids;
    const path = (id: string): string => `Images-processed/CT_${id}`;
    const files = new Map<string, Uint8Array>([...rest.map((id): [string, Uint8Array] => [path(id), png]), [path(torn), Buffer.from('torn')], [path('COVID/new.png'), png]]);
    const found = await verifyRelease(await open(files));
    expect(found).toMatchObject({ known: true, unchanged: 0, missing: [gone], extra: ['COVID/new.png'] });
    expect(found.changed).toHaveLength(ids.length - 1);
    expect(found.unreadable.map((one) => one.image)).toEqual([torn]);
    expect(found.missingFiles).toHaveLength(7);
  });

  it('can be interrupted', async () => {
    await expect(verifyRelease(await folder({ 'a/1.png': png, 'b/2.png': png }), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('describeRelease', () => {
  it('counts patients against the numbers, and who is in several splits', async () => {
    const release = await folder({
      'a.png': png,
      'b.png': png,
      'c.png': 'no picture',
      'set.csv': 'image,label,patient,split\na.png,COVID,Patient 1,train\nb.png,COVID,Patient 4,test\nc.png,other,Patient 1,test\n',
    });
    const stats = await describeRelease(release);
    expect(stats.images).toEqual({ COVID: { total: 2, train: 1, val: 0, test: 1 }, other: { total: 1, train: 0, val: 0, test: 1 } });
    expect(stats.patients).toMatchObject({ claimed: null, found: 2, missing: ['Patient 2', 'Patient 3'], inSeveralSplits: ['Patient 1'] });
    expect(stats.modes.map((row) => [row.label, row.format, row.mode])).toContainEqual(['COVID', 'png', 'L']);
  });
});
