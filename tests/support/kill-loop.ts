import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom, openWorkspace, sha256, type Workspace } from '../../src/base/index.ts';
import { imageIdOf, openWorkspaceTree } from '../../src/release/index.ts';
import { startFaultServer, type FaultServer } from './fault-server.ts';
import { makeSmallRelease, type SmallRelease } from './small-release.ts';

const program = fileURLToPath(new URL('../../bin/covid-ct.js', import.meta.url));

/** What a loop of killed fetches came to. */
export interface KillLoopResult {
  readonly points: number;
  /** Kills that hit a running fetch; the others came after its end. */
  readonly hits: number;
  /** Kills that left some bytes of an unfinished file behind. */
  readonly midFile: number;
  /** Bytes that were already here at the kill, over all points, and how many of them were sent again. */
  readonly keptBytes: number;
  readonly sentAgain: number;
  /** What was wrong, point by point; empty when all is well. */
  readonly faults: readonly string[];
}

/** Runs a fetch as a process; `killAfter` milliseconds from its first request on, it gets SIGKILL. Gives the exit code, or the signal. */
async function fetchAsProcess(server: FaultServer, workspace: Workspace, killAfter?: number): Promise<number | string> {
  const child = spawn(process.execPath, [program, 'fetch', server.address, '--workspace', workspace.folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? code ?? -1));
  });
  if (killAfter !== undefined) {
    const before = server.requests.length;
    while (server.requests.length === before && child.exitCode === null) await delay(2);
    await delay(killAfter);
    child.kill('SIGKILL');
  }
  const outcome = await ended;
  // 1: imported, and none of the synthetic images is in the manifest.
  return outcome === 1 || outcome === 'SIGKILL' ? outcome : `exit ${outcome}: ${stderr.trim()}`;
}

/** Bytes of every file that are here: of finished ones all, of others what their partial file has. */
async function bytesHere(server: FaultServer, workspace: Workspace): Promise<Map<string, number>> {
  const here = new Map<string, number>();
  const downloads = workspace.path('downloads');
  for (const path of server.files.keys()) {
    const key = sha256(server.address + path).slice(0, 32);
    const part = await readFile(join(downloads, `${key}.part`)).catch(() => undefined);
    const note = await readFile(join(downloads, `${key}.json`), 'utf8').catch(() => '');
    const whole = server.files.get(path) ?? new Uint8Array();
    if (note.includes('"done"')) here.set(path, whole.length);
    else if (part !== undefined && note !== '') here.set(path, part.length);
  }
  return here;
}

/** What is wrong with a workspace, whether a release is in it or not. */
async function faultsOf(workspace: Workspace, release: SmallRelease, mustBeThere: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const hash of await workspace.objects.list()) {
    if (sha256(await readFile(workspace.objects.pathOf(hash))) !== hash) faults.push(`the object ${hash} is not whole`);
  }
  const tree = await openWorkspaceTree(workspace);
  if (tree === undefined) return mustBeThere ? [...faults, 'there is no release'] : faults;
  let images = 0;
  for (const entry of tree.entries) {
    const id = imageIdOf(entry.path);
    if (id === undefined) continue;
    images += 1;
    if (sha256(await tree.read(entry.path)) !== sha256(release.images.get(id) ?? '')) faults.push(`${id} differs`);
  }
  await tree.close();
  if (images !== release.images.size) faults.push(`${images} of ${release.images.size} images are in the release`);
  return faults;
}

/**
 * Kills a fetch with SIGKILL at random points between its first request and its end, looks at what it left, and lets
 * another finish it: at no point may there be half a release, and no byte that was here may be sent again.
 */
export async function runKillLoop(points: number, seed: number): Promise<KillLoopResult> {
  const release = makeSmallRelease(12, 150, seed);
  const server = await startFaultServer(new Map([...release.files].map(([path, bytes]) => [`/${path}`, bytes])));
  server.traits = { bytesPerSecond: 1_500_000 };
  const random = createRandom(seed).fork('kill points');
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-kill-'));
  const faults: string[] = [];
  let hits = 0;
  let midFile = 0;
  let keptBytes = 0;
  let sentAgain = 0;
  try {
    const dry = openWorkspace(join(folder, 'dry'));
    const timer = { first: 0 };
    server.fault = () => {
      if (timer.first === 0) timer.first = performance.now();
      return 'proper';
    };
    const outcome = await fetchAsProcess(server, dry);
    if (outcome !== 1) throw new Error(`the fetch fails without being killed: ${outcome}`);
    const duration = performance.now() - timer.first;
    for (let point = 0; point < points; point++) {
      const workspace = openWorkspace(join(folder, String(point)));
      const killed = await fetchAsProcess(server, workspace, random.uniform() * duration);
      if (killed === 'SIGKILL') hits += 1;
      else if (killed !== 1) faults.push(`point ${point}: ${killed}`);
      faults.push(...(await faultsOf(workspace, release, killed === 1)).map((fault) => `point ${point}, after the kill: ${fault}`));
      const here = await bytesHere(server, workspace);
      if ([...here].some(([path, bytes]) => bytes > 0 && bytes < (server.files.get(path)?.length ?? 0))) midFile += 1;
      server.sent.clear();
      const resumed = await fetchAsProcess(server, workspace);
      if (resumed !== 1) faults.push(`point ${point}, resumed: ${resumed}`);
      faults.push(...(await faultsOf(workspace, release, true)).map((fault) => `point ${point}, resumed: ${fault}`));
      for (const [path, kept] of here) {
        const missing = (server.files.get(path)?.length ?? 0) - kept;
        keptBytes += kept;
        sentAgain += Math.max(0, (server.sent.get(path) ?? 0) - missing);
      }
      const left = (await readdir(workspace.folder)).filter((name) => !['objects', 'downloads', 'release.json'].includes(name));
      if (left.length > 0) faults.push(`point ${point}: ${left.join(', ')} was left behind`);
      await rm(workspace.folder, { recursive: true });
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { points, hits, midFile, keptBytes, sentAgain, faults };
}
