import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../src/base/index.ts';
import { openWorkspaceTree, readReleaseIndex } from '../../src/release/index.ts';
import { startFaultServer, type FaultServer } from '../support/fault-server.ts';
import { program, runProgram } from '../support/run-program.ts';
import { makeSmallRelease } from '../support/small-release.ts';

// Two zips of about 1 MB each.
const { files } = makeSmallRelease(12, 290);

/** How this machine lets a small disk be mounted for one process: as root, or as a user in a namespace of its own; or not at all. */
const namespace = [['-m'], ['-rm']].find((flags) => spawnSync('unshare', [...flags, 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt']).status === 0);

let folder: string;
let server: FaultServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-disk-'));
  server = await startFaultServer(new Map([...files].map(([path, bytes]) => [`/${path}`, bytes])));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const shell = (script: string, command = 'sh', flags: readonly string[] = []): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    execFile(command, [...flags, ...(command === 'sh' ? [] : ['sh']), '-c', script], { timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }));
  });

async function writeRelease(): Promise<string> {
  const target = join(folder, 'release');
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), bytes);
  }
  return target;
}

describe('a disk that takes no more', () => {
  it.each([
    ['an address', async () => server.address],
    ['a folder', writeRelease],
  ])('ends a fetch from %s with a clear error, leaves no release, and the fetch goes on where there is room', async (_, source) => {
    const from = await source();
    const workspace = openWorkspace(join(folder, 'workspace'));
    // Files of at most 200 blocks of 512 bytes (dash) or 1,024 bytes (bash): more than the lists, less than the zips.
    const limited = await shell(`ulimit -f 200; exec "${process.execPath}" "${program}" fetch "${from}" --workspace "${workspace.folder}"`);
    expect(limited.code).toBe(4);
    expect(limited.stderr).toMatch(/^covid-ct: The disk refused: EFBIG.*\n {2}.*ulimit -f.*\n$/);
    expect(await readReleaseIndex(workspace)).toBeUndefined();
    for (const hash of await workspace.objects.list()) await expect(workspace.objects.get(hash)).resolves.toBeDefined();
    // 1: all is imported, and the synthetic images are not in the manifest.
    expect(await runProgram(['fetch', from, '--workspace', workspace.folder])).toMatchObject({ code: 1, stderr: '' });
    const tree = await openWorkspaceTree(workspace);
    expect(tree?.entries.length).toBeGreaterThan(24);
    await tree?.close();
  });

  it.skipIf(namespace === undefined)(`says that it is full${namespace === undefined ? ' (skipped: neither mount nor unshare -rm is permitted here; the test above covers the limit of a file)' : ''}`, async () => {
    const { stdout } = await shell(
      `set -u; mkdir "${folder}/disk"; mount -t tmpfs -o size=1m tmpfs "${folder}/disk"
       fetch() { "${process.execPath}" "${program}" fetch "${server.address}" --workspace "${folder}/disk/w" 2>&1 >/dev/null; echo "exit $?"; }
       fetch; ls "${folder}/disk/w"; mount -o remount,size=64m "${folder}/disk"; fetch; ls "${folder}/disk/w"`,
      'unshare',
      namespace,
    );
    const [first = '', second = ''] = stdout.split(/(?<=exit 4\n)/);
    expect(first).toMatch(/^covid-ct: The disk refused: ENOSPC.*\n {2}Free some space.*\nexit 4\n$/);
    expect(second).toBe('downloads\nobjects\nexit 1\ndownloads\nobjects\nrelease.json\n');
    // The second fetch asked for the rest of the file that did not fit.
    expect(server.requests.some((request) => request.range !== undefined)).toBe(true);
  });
});
