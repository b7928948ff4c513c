import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawZip } from '../../tests/support/raw-zip.ts';
import { cleanPath, isJunkPath, type FileTree } from './file-tree.ts';
import { openFolderTree } from './folder-tree.ts';
import { openMemoryTree } from './memory-tree.ts';
import { openFileTree, subtree } from './open-tree.ts';
import { overlayZips } from './overlay-tree.ts';

/** The files that every tree of the conformance suite holds, and nothing else but zips. */
const files = new Map<string, Uint8Array>([
  ['Data-split/COVID/trainCT_COVID.txt', Buffer.from('a%0.png\n')],
  ['Images-processed/CT_COVID/a%0.png', Buffer.from([0x89, 0x50, 0, 255])],
  ['Images-processed/CT_COVID/b é.png', Buffer.alloc(70_000, 7)],
  ['Images-processed/CT_COVID/empty.png', Buffer.alloc(0)],
]);
const junk: readonly (readonly [string, string])[] = [['.DS_Store', 'x'], ['__MACOSX/Images-processed/._a.png', 'x'], ['Images-processed/.hidden/y.png', 'x']];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-tree-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(root: string, entries: Iterable<readonly [string, string | Uint8Array]>): Promise<void> {
  for (const [path, content] of entries) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

const inFolder = (prefix: string) => [...files].filter(([path]) => path.startsWith(prefix)).map(([path, content]) => ({ name: path.slice(prefix.length), content }));

const implementations: readonly (readonly [string, () => Promise<FileTree>])[] = [
  ['memory', async () => openMemoryTree(new Map<string, Uint8Array>([...files, ...junk.map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text)])]), 'memory')],
  [
    'folder',
    async () => {
      await write(join(folder, 'plain'), [...files, ...junk]);
      return openFolderTree(join(folder, 'plain'));
    },
  ],
  [
    'folder with closed zips',
    async () => {
      const root = join(folder, 'zipped');
      const zip = rawZip([{ name: 'CT_COVID/', content: '' }, ...inFolder('Images-processed/').map((entry, i) => ({ ...entry, method: i % 2 === 0 ? (8 as const) : (0 as const) }))]);
      await write(root, [...junk, ['Images-processed/CT_COVID.zip', zip], ...[...files].filter(([path]) => path.startsWith('Data-split'))]);
      return openFileTree(root);
    },
  ],
  [
    'folder with zips both closed and unpacked',
    async () => {
      const root = join(folder, 'both');
      const stale = rawZip([{ name: 'CT_COVID/a%0.png', content: 'an older picture' }]);
      await write(root, [...files, ['Images-processed/CT_COVID.zip', stale]]);
      return openFileTree(root);
    },
  ],
  [
    'zip of the whole release, zips within',
    async () => {
      const inner = rawZip(inFolder('Images-processed/'));
      const outer = rawZip([
        ...junk.map(([name, content]) => ({ name, content })),
        { name: './Images-processed/CT_COVID.zip', content: inner, method: 8 },
        ...[...files].filter(([path]) => path.startsWith('Data-split')).map(([name, content]) => ({ name, content, zip64: true })),
      ]);
      await write(folder, [['whole.zip', outer]]);
      return openFileTree(join(folder, 'whole.zip'));
    },
  ],
  ['subtree', async () => subtree(openMemoryTree(new Map([...files].map(([path, bytes]) => [`COVID-CT-master/${path}`, bytes])), 'memory'), 'COVID-CT-master')],
];

describe.each(implementations)('file tree: %s', (_name, make) => {
  let tree: FileTree;
  beforeAll(async () => {
    tree = await make();
  });
  afterAll(async () => {
    await tree.close();
    await tree.close();
  });

  it('lists its files sorted, by size, without what systems leave behind', () => {
    const listed = tree.entries.filter((entry) => !entry.path.endsWith('.zip'));
    expect(listed.map((entry) => [entry.path, entry.size])).toEqual([...files].map(([path, bytes]) => [path, bytes.length]).toSorted());
  });

  it('reads every file, several at once', async () => {
    const read = await Promise.all([...files.keys()].map((path) => tree.read(path)));
    for (const [i, bytes] of [...files.values()].entries()) expect(Buffer.from(read[i] ?? []).equals(bytes)).toBe(true);
  });

  it('gives random access', async () => {
    const source = await tree.open('Images-processed/CT_COVID/a%0.png');
    expect(source.size).toBe(4);
    expect([...(await source.read(2, 2))]).toEqual([0, 255]);
    await expect(source.read(3, 2)).rejects.toMatchObject({ code: 'BAD_ARCHIVE' });
    await source.close();
  });

  it('says what it does not have, and never looks outside', async () => {
    for (const path of ['absent', '../../etc/passwd', '/etc/passwd', 'Data-split']) {
      expect(tree.entry(path)).toBeUndefined();
      await expect(tree.read(path)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(tree.open(path)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('where files stand', () => {
  it('names the zip', async () => {
    const tree = await openFileTree(join(folder, 'zipped'));
    expect(tree.entry('Images-processed/CT_COVID/a%0.png')?.location).toBe('Images-processed/CT_COVID.zip!CT_COVID/a%0.png');
    await tree.close();
  });
});

describe('folders that do harm', () => {
  it('refuses a link that leads out, follows one that stays, and stops at a loop', async () => {
    const root = join(folder, 'links');
    await write(root, [['data/a.png', 'a']]);
    await symlink('a.png', join(root, 'data/b.png'));
    const tree = await openFolderTree(root);
    expect(Buffer.from(await tree.read('data/b.png')).toString()).toBe('a');
    await symlink('/etc/passwd', join(root, 'data/c.png'));
    await expect(openFolderTree(root)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('c.png') });
    await rm(join(root, 'data/c.png'));
    await symlink('absent', join(root, 'data/c.png'));
    await expect(openFolderTree(root)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await rm(join(root, 'data/c.png'));
    await symlink('..', join(root, 'data/up'));
    await expect(openFolderTree(root)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('refuses more zips than it looks into', async () => {
    const many = openMemoryTree(new Map(Array.from({ length: 65 }, (_, i) => [`${i}.zip`, new Uint8Array()])), 'memory');
    await expect(overlayZips(many)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('names the zip that is broken', async () => {
    await write(folder, [['broken/Images-processed/CT_COVID.zip', 'no zip']]);
    await expect(openFileTree(join(folder, 'broken'))).rejects.toMatchObject({ code: 'BAD_ARCHIVE', message: expect.stringContaining('Images-processed/CT_COVID.zip') });
  });

  it('refuses a path to nothing', async () => {
    await expect(openFileTree(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('cleanPath', () => {
  it.each(['../x', 'a/../x', '/etc/passwd', 'C:/x', 'a\\b', 'a\0b', 'a\nb', Array.from({ length: 40 }, () => 'a').join('/')])('refuses %j', (name) => {
    expect(cleanPath(name)).toHaveProperty('refused');
  });
  it.each([['./a//b.png', 'a/b.png'], ['a%0.png', 'a%0.png'], ['./', '']])('cleans %j', (name, path) => {
    expect(cleanPath(name)).toEqual({ path });
  });
  it('knows junk', () => {
    expect(['.git/config', 'a/.DS_Store', '__MACOSX/a', 'Thumbs.db'].every(isJunkPath)).toBe(true);
    expect(['2020.01.24.919183-p27-132.png', 'a/..b'].some(isJunkPath)).toBe(true);
    expect(isJunkPath('2020.01.24.919183-p27-132.png')).toBe(false);
  });
});
