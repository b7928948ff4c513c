import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CovidCtError, asCovidCtError, createRandom, formatBytes, formatDuration, joinInside, openObjectStore, sha256, withLock, writeFileAtomic, writeFolderAtomic } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-base-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  it('writes, replaces, and leaves no temporary file', async () => {
    await writeFileAtomic(join(folder, 'a/b.txt'), 'one');
    await writeFileAtomic(join(folder, 'a/b.txt'), 'two');
    expect(await readFile(join(folder, 'a/b.txt'), 'utf8')).toBe('two');
    expect(await readdir(join(folder, 'a'))).toEqual(['b.txt']);
  });
});

describe('writeFolderAtomic', () => {
  it('leaves nothing when filling fails', async () => {
    const filling = writeFolderAtomic(join(folder, 'out'), async (target) => {
      await writeFile(join(target, 'half'), '');
      throw new Error('the disk is full');
    });
    await expect(filling).rejects.toThrow('the disk is full');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a folder that is not empty', async () => {
    await writeFile(join(folder, 'mine'), '');
    await expect(writeFolderAtomic(folder, async () => {})).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(await readdir(folder)).toEqual(['mine']);
  });
});

describe('joinInside', () => {
  it.each(['../x', '/etc/x', 'a/../../x', 'a\\..\\x', 'C:x', '', 'a\0b', 'a/..'])('refuses %j', (name) => {
    expect(() => joinInside(folder, name)).toThrow(CovidCtError);
  });
  it('joins a plain name', () => {
    expect(joinInside(folder, 'a/b%0.png')).toBe(join(folder, 'a/b%0.png'));
  });
});

describe('openObjectStore', () => {
  it('gives back what it was given, and notices a changed byte', async () => {
    const store = openObjectStore(join(folder, 'objects'));
    const hash = await store.put(Buffer.from('picture'));
    expect(hash).toBe(sha256('picture'));
    expect(await store.list()).toEqual([hash]);
    expect(Buffer.from(await store.get(hash)).toString()).toBe('picture');
    await writeFile(join(store.folder, hash.slice(0, 2), hash.slice(2)), 'Picture');
    await expect(store.get(hash)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    await expect(store.get(sha256('other'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('adopt', () => {
  it('moves a file in under its hash, and drops one that is there already', async () => {
    const store = openObjectStore(join(folder, 'objects'));
    await writeFile(join(folder, 'a'), 'picture');
    await writeFile(join(folder, 'b'), 'picture');
    expect(await store.adopt(join(folder, 'a'))).toBe(sha256('picture'));
    expect(await store.adopt(join(folder, 'b'))).toBe(sha256('picture'));
    expect(await readFile(store.pathOf(sha256('picture')), 'utf8')).toBe('picture');
    expect(await readdir(folder)).toEqual(['objects']);
  });
});

describe('withLock', () => {
  it('lets one in at a time, and takes over a lock whose owner is gone', async () => {
    const path = join(folder, 'lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    // Process ids on Linux end at 4,194,304: this one lives nowhere.
    await writeFile(path, `99999999 ${hostname()} gone`);
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says who holds it', async () => {
    const path = join(folder, 'lock');
    await withLock(path, async () => {
      await expect(withLock(path, async () => {}, 0)).rejects.toMatchObject({ code: 'ENVIRONMENT', message: expect.stringContaining(`process ${process.pid}`) });
    });
  });
});

describe('createRandom', () => {
  it('gives the same numbers for the same seed, and independent forks', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, ((random) => () => random.uniform())(createRandom(seed)));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    const parent = createRandom(1);
    const before = parent.fork('x').uniform();
    parent.uniform();
    expect(parent.fork('x').uniform()).toBe(before);
    expect(parent.fork('y').uniform()).not.toBe(before);
  });
  it('shuffles without losing anything, and its normal draws have mean 0 and variance 1', () => {
    const random = createRandom(3);
    expect(random.shuffle([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
    const draws = Array.from({ length: 20_000 }, () => random.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

describe('errors and units', () => {
  it('turns faults of the disk into DISK with a hint and exit code 4', () => {
    const error = asCovidCtError(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    expect(error).toMatchObject({ code: 'DISK', exitCode: 4 });
    expect(error.hint).toContain('Free some space');
  });
  it('formats', () => {
    expect([formatDuration(8.4), formatDuration(125), formatDuration(4320)]).toEqual(['8 s', '2 min 05 s', '1 h 12 min']);
    expect([formatBytes(999), formatBytes(62_345_678)]).toEqual(['999 B', '62.3 MB']);
  });
});
