import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../base/index.ts';
import { drawPhantom } from '../../imaging/index.ts';
import { encodePng } from '../../imaging/node.ts';
import { openThumbnails } from './thumbnails.ts';

const folders: string[] = [];
afterEach(async () => void (await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))));

const hash = 'ab'.repeat(32);

describe('thumbnails', () => {
  it('are made once, kept on disk, and made anew where a killed server left half of one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-thumbnails-'));
    folders.push(folder);
    const workspace = openWorkspace(folder);
    const png = await encodePng(drawPhantom({ patient: 1, lesions: 'none' }));
    let reads = 0;
    const read = async (): Promise<Uint8Array> => (reads++, png);
    const path = workspace.path('thumbnails', 'objects-160', 'ab', `${hash}.webp`);

    const thumbnails = openThumbnails(workspace);
    const [one, same] = await Promise.all([thumbnails.ofObject(hash, 160, read), thumbnails.ofObject(hash, 160, read)]);
    expect(same).toBe(one);
    expect(await thumbnails.ofObject(hash, 160, read)).toBe(one);
    await thumbnails.close();
    expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(one));

    expect(new Uint8Array(await openThumbnails(workspace).ofObject(hash, 160, read))).toEqual(new Uint8Array(one));
    expect(reads).toBe(1);

    await writeFile(path, one.subarray(0, one.byteLength / 2));
    const again = openThumbnails(workspace);
    expect(new Uint8Array(await again.ofObject(hash, 160, read))).toEqual(new Uint8Array(one));
    expect(reads).toBe(2);
    await again.close();
    expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(one));
  });

  it('answer one that cannot be decoded with an error, and go on with the next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covid-ct-thumbnails-'));
    folders.push(folder);
    const thumbnails = openThumbnails(openWorkspace(folder));
    await Promise.all(Array.from({ length: 6 }, async (_, i) => expect(thumbnails.ofObject(`${i}`.repeat(64), 160, async () => new TextEncoder().encode('no picture'))).rejects.toMatchObject({ code: 'BAD_IMAGE' })));
    expect((await thumbnails.ofObject(hash, 160, async () => encodePng(drawPhantom({ patient: 2, lesions: 'none' })))).byteLength).toBeGreaterThan(100);
    await thumbnails.close();
  });
});
