import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noProgress, openWorkspace, sha256, type Workspace } from '../../base/index.ts';
import { startFaultServer, type FaultServer } from '../../../tests/support/fault-server.ts';
import { makeSmallRelease } from '../../../tests/support/small-release.ts';
import { writeZip } from '../../../tests/support/zip-writer.ts';
import { downloadLimits } from './download.ts';
import { fetchRelease, type FetchOptions } from './fetch.ts';
import { imageIdOf, type KnownImages } from './image-check.ts';
import { openWorkspaceTree } from './object-tree.ts';
import { readReleaseIndex } from './release-index.ts';
import { layoutRoot, parseSource, publishedFiles } from './source.ts';

const { files, images } = makeSmallRelease();
const known: KnownImages = new Map([...images].map(([id, bytes]) => [id, [sha256('another accepted copy'), sha256(bytes)]]));
const limits = { ...downloadLimits, attempts: 2, pause: 1, idleTimeout: 5000 };

let folder: string;
let workspace: Workspace;
let server: FaultServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-fetch-'));
  workspace = openWorkspace(join(folder, 'workspace'));
  server = await startFaultServer(new Map([...files].map(([path, bytes]) => [`/${path}`, bytes])));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (source: string, more: Partial<FetchOptions> = {}) => fetchRelease(source, { workspace, known, limits, progress: noProgress, environment: {}, ...more });

async function writeRelease(target: string, unpacked = false): Promise<string> {
  const all = unpacked ? [...[...files].filter(([path]) => !path.endsWith('.zip')), ...[...images].map(([id, bytes]) => [`Images-processed/CT_${id}`, bytes] as const)] : [...files];
  for (const [path, bytes] of all) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), bytes);
  }
  return target;
}

/** Whether the workspace's release gives every image, byte for byte. */
async function holdsEveryImage(): Promise<boolean> {
  const tree = await openWorkspaceTree(workspace);
  if (tree === undefined) return false;
  const ids = tree.entries.flatMap((entry) => imageIdOf(entry.path) ?? []);
  let equal = ids.length === images.size;
  for (const entry of tree.entries) {
    const id = imageIdOf(entry.path);
    if (id !== undefined) equal &&= sha256(await tree.read(entry.path)) === sha256(images.get(id) ?? '');
  }
  await tree.close();
  return equal;
}

describe('fetchRelease', () => {
  const zipOfAll = () => writeZip([...files].map(([path, data]) => ({ name: `COVID-CT-master/${path}`, data })));
  it.each([
    ['an address', async () => server.address],
    ['a folder with its zips closed', () => writeRelease(join(folder, 'release'))],
    ['a folder with its zips unpacked', () => writeRelease(join(folder, 'release'), true)],
    [
      'a zip of a repository',
      async () => {
        await writeFile(join(folder, 'all.zip'), zipOfAll());
        return join(folder, 'all.zip');
      },
    ],
    [
      'a zip at an address',
      async () => {
        server.files.set('/all.zip', zipOfAll());
        return `${server.address}/all.zip`;
      },
    ],
  ])('imports %s', async (_, prepare) => {
    const report = await run(await prepare(), { strict: true });
    expect(report.images).toEqual({ known: 12, unchanged: 12, changed: [], missing: [], unknown: [] });
    expect(await holdsEveryImage()).toBe(true);
    expect((await readdir(workspace.folder)).filter((name) => name !== 'downloads').toSorted()).toEqual(['objects', 'release.json']);
    const objects = await workspace.objects.list();
    expect(objects).toEqual([...new Set((await readReleaseIndex(workspace))?.files.map((file) => file.sha256))].toSorted());
  });

  it('asks again for nothing that is unchanged, and fetches what has changed', async () => {
    const first = await run(server.address);
    expect(first.fetchedBytes).toBe([...files.values()].reduce((sum, file) => sum + file.length, 0));
    expect((await run(server.address)).fetchedBytes).toBe(0);
    server.files.set('/Data-split/COVID/testCT_COVID.txt', Buffer.from('1.png\n'));
    expect((await run(server.address)).fetchedBytes).toBe(6);
    const tree = await openWorkspaceTree(workspace);
    expect(Buffer.from((await tree?.read('Data-split/COVID/testCT_COVID.txt')) ?? '').toString()).toBe('1.png\n');
    await tree?.close();
  });

  it('lists changed, missing and unknown images, and with strict imports nothing', async () => {
    const [first = '', second = ''] = images.keys();
    const differing: KnownImages = new Map([...known, [first, [sha256('other')]], ['COVID/gone.png', [sha256('gone')]]]);
    const without = new Map([...differing].filter(([id]) => id !== second));
    await expect(run(server.address, { known: without, strict: true })).rejects.toMatchObject({ code: 'HASH_MISMATCH', exitCode: 3 });
    expect(await readReleaseIndex(workspace)).toBeUndefined();
    const report = await run(server.address, { known: without });
    expect(report.images).toMatchObject({ unchanged: 10, changed: [first], missing: ['COVID/gone.png'], unknown: [second] });
    expect(report.fetchedBytes).toBe(0);
  });

  it('leaves the release from before when a later fetch fails', async () => {
    await run(server.address);
    const before = await readFile(workspace.path('release.json'), 'utf8');
    server.files.set('/Images-processed/CT_COVID.zip', Buffer.from('<!DOCTYPE html><title>Sign in</title>'));
    await expect(run(server.address)).rejects.toMatchObject({ code: 'BAD_RELEASE', message: expect.stringContaining('is a web page') });
    expect(await readFile(workspace.path('release.json'), 'utf8')).toBe(before);
    expect(await holdsEveryImage()).toBe(true);
  });

  it.each([
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n', 'BAD_RELEASE'],
    ['cut bytes', files.get('Images-processed/CT_COVID.zip')?.subarray(0, 500) ?? '', 'BAD_ARCHIVE'],
    ['a changed byte', Buffer.from(files.get('Images-processed/CT_COVID.zip') ?? '').fill(7, 200, 210), 'BAD_ARCHIVE'],
  ])('refuses %s in place of a zip, and imports nothing', async (_, content, code) => {
    server.files.set('/Images-processed/CT_COVID.zip', Buffer.from(content));
    await expect(run(server.address)).rejects.toMatchObject({ code });
    expect(await readReleaseIndex(workspace)).toBeUndefined();
    expect(await openWorkspaceTree(workspace)).toBeUndefined();
  });

  it('says which file the source lacks; metadata may be absent', async () => {
    server.files.delete('/NonCOVID-CT-MetaInfo.csv');
    expect((await run(server.address)).absent).toEqual(['NonCOVID-CT-MetaInfo.csv']);
    server.files.delete('/Data-split/COVID/valCT_COVID.txt');
    await expect(run(server.address)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('valCT_COVID.txt') });
  });

  it('finds a file under a former name', async () => {
    const moved = server.files.get('/Images-processed/CT_COVID.zip');
    server.files.delete('/Images-processed/CT_COVID.zip');
    server.files.set('/Data/CT_COVID.zip', moved ?? new Uint8Array());
    const published = publishedFiles.map((file) => (file.path === 'Images-processed/CT_COVID.zip' ? { ...file, formerly: ['Data/CT_COVID.zip'] } : file));
    await run(server.address, { published });
    expect(await holdsEveryImage()).toBe(true);
    expect((await readReleaseIndex(workspace))?.files.find((file) => file.path === 'Images-processed/CT_COVID.zip')?.from).toBe(`${server.address}/Data/CT_COVID.zip`);
  });

  it('lets one fetch at a time into a workspace', async () => {
    const all = await Promise.allSettled([run(server.address), run(server.address), run(server.address)]);
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([expect.objectContaining({ code: 'ENVIRONMENT' }), expect.objectContaining({ code: 'ENVIRONMENT' })]);
    expect(await holdsEveryImage()).toBe(true);
  });

  it('ends when it is told to', async () => {
    server.traits = { bytesPerSecond: 20_000 };
    await expect(run(server.address, { signal: AbortSignal.timeout(150) })).rejects.toMatchObject({ code: 'CANCELLED', exitCode: 4 });
    expect(await readReleaseIndex(workspace)).toBeUndefined();
  });

  it('refuses a folder that is no release, one with a link that leads out, and nothing at all', async () => {
    await mkdir(join(folder, 'other'));
    await expect(run(join(folder, 'other'))).rejects.toMatchObject({ code: 'BAD_RELEASE' });
    await expect(run(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const release = await writeRelease(join(folder, 'release'));
    await symlink('/etc/hostname', join(release, 'Images-processed', 'x.png'));
    await expect(run(release)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('leads out of the folder') });
    expect(await readReleaseIndex(workspace)).toBeUndefined();
  });
});

describe('the workspace’s release', () => {
  it('notices an index that was tampered with, an object that is gone, and one that has changed', async () => {
    await run(server.address);
    const path = workspace.path('release.json');
    const text = await readFile(path, 'utf8');
    const hash = (await readReleaseIndex(workspace))?.files.find((file) => file.path.startsWith('Data-split'))?.sha256 ?? '';
    const object = await readFile(workspace.objects.pathOf(hash));
    await writeFile(workspace.objects.pathOf(hash), Buffer.alloc(object.length, 65));
    const tree = await openWorkspaceTree(workspace);
    await expect(tree?.read('Data-split/COVID/trainCT_COVID.txt')).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    await tree?.close();
    await rm(workspace.objects.pathOf(hash));
    await expect(openWorkspaceTree(workspace)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('is gone') });
    await writeFile(path, text.replace('"Data-split/COVID', '"../../COVID'));
    await expect(openWorkspaceTree(workspace)).rejects.toMatchObject({ code: 'BAD_RELEASE' });
    await writeFile(path, text.slice(0, 100));
    await expect(openWorkspaceTree(workspace)).rejects.toMatchObject({ code: 'BAD_RELEASE', hint: expect.stringContaining('fetch again') });
  });
});

describe('parseSource', () => {
  it.each([
    ['../shared/data', { kind: 'path', path: '../shared/data' }],
    ['https://github.com/UCSD-AI4H/COVID-CT', { kind: 'folder-address', address: 'https://github.com/UCSD-AI4H/COVID-CT/raw/master/' }],
    ['https://github.com/a/b.git', { kind: 'folder-address', address: 'https://github.com/a/b/raw/master/' }],
    ['https://github.com/a/b/tree/v2/data/ct', { kind: 'folder-address', address: 'https://github.com/a/b/raw/v2/data/ct/' }],
    ['https://github.com/a/b/archive/refs/heads/master.zip', { kind: 'zip-address', address: 'https://github.com/a/b/archive/refs/heads/master.zip' }],
    ['http://localhost:8000/data?x=1#y', { kind: 'folder-address', address: 'http://localhost:8000/data/' }],
  ])('reads %s', (source, expected) => {
    expect(parseSource(source)).toEqual(expected);
  });
  it.each(['ftp://example.org/x', 'file:///etc', 'https://user:secret@example.org/'])('refuses %s', (source) => {
    expect(() => parseSource(source)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
  it('finds where the layout stands', () => {
    expect(layoutRoot(['README.md', 'Images-processed/a.zip'])).toBe('');
    expect(layoutRoot(['x/y/Data-split/a.txt', 'x/Images-processed/a.zip'])).toBe('x');
    expect(layoutRoot(['a.txt'])).toBeUndefined();
  });
});
