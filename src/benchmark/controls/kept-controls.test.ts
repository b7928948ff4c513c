import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedRelease } from '../../../tests/support/planted-cheats.ts';
import { drawPhantom } from '../../imaging/index.ts';
import type { Release } from '../../release/index.ts';
import { legacyTrack } from '../../splits/index.ts';
import { evaluate } from '../evaluation/index.ts';
import { controlSection, judgeControls, keptControls } from './index.ts';

let folder: string;
let release: Release;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-kept-'));
  release = await plantedRelease(Array.from({ length: 90 }, (_, patient) => drawPhantom({ patient, lesions: 'none', width: 64, height: 64 })), 'file format');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const taskOf = ({ images }: ReturnType<typeof legacyTrack>) => ({ train: images.filter(({ part }) => part !== 'test'), test: images.filter(({ part }) => part === 'test') });

describe('kept controls', () => {
  it('are made once; a changed picture, or a file that cannot be read, makes them anew', async () => {
    const task = taskOf(legacyTrack(release));
    let measured = 0;
    const progress = () => void (measured += 1);
    const made = await keptControls(release, [task], folder, { progress });
    expect(measured).toBeGreaterThan(0);
    const before = measured;
    expect(await keptControls(release, [task], folder, { progress })).toEqual(made);
    expect(measured).toBe(before);
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), '{');
    expect(await keptControls(release, [task], folder, { progress })).toEqual(made);
    expect(measured).toBeGreaterThan(before);
    const changed = { ...release, bytes: async (image: Parameters<Release['bytes']>[0]) => (image.id === task.train[0]?.image.id ? release.bytes(task.train[1]?.image ?? image) : release.bytes(image)) };
    await keptControls(changed, [task], folder);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('are judged as evaluate judges, flagged, and set beside the model', async () => {
    const scores = await keptControls(release, [taskOf(legacyTrack(release))], folder);
    const judged = judgeControls(scores, release.labels, 200);
    const [header] = scores;
    expect(judged[0]?.auc).toEqual(evaluate({ predictions: header?.predictions ?? [], labels: release.labels, positive: 'COVID', draws: 200 }).images.metrics.auc);
    const text = (low: number, value: number) => JSON.stringify(controlSection(judged, release, { name: 'm', auc: { value, low, high: 1, interval: 'bootstrap' } }));
    expect(text(0.7, 0.9)).toContain('reaches down to that of the best control, header');
    expect(text(0.7, 0.9)).toContain('shortcut</span>');
  });
});
