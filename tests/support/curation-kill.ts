import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom, openWorkspace } from '../../src/base/index.ts';
import { candidateHistory, foldCandidate, listCandidates, receiptOf, verifyGrown } from '../../src/curation/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { openStore, verifyEvents } from '../../src/store/index.ts';

const program = fileURLToPath(new URL('curation-child.ts', import.meta.url));

/** What a child said that it was told is done. */
interface Said {
  readonly did?: string;
  readonly id?: string;
  readonly sequence?: number;
  readonly submission?: string;
  readonly candidates?: readonly string[];
  readonly out?: string;
  readonly images?: number;
}

/** What a loop of killed curators came to. */
export interface CurationKillResult {
  readonly points: number;
  /** Deeds that were confirmed before the kills, by kind. */
  readonly confirmed: Readonly<Record<string, number>>;
  /** Kills that came before the database was open. */
  readonly whileOpening: number;
  readonly faults: readonly string[];
}

/** When a curator is killed: so long after its start, or so long after it has said so many things. Counted in deeds, a slow machine proves as much. */
interface KillPoint {
  readonly lines: number;
  readonly milliseconds: number;
}

async function curateAndKill(folder: string, seed: number, { lines, milliseconds }: KillPoint): Promise<{ readonly said: Said[]; readonly opened: boolean; readonly stderr: string }> {
  const child = spawn(process.execPath, [program, folder, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const reached = new Promise<void>((resolve) => {
    const look = (): void => {
      if (stdout.split('\n').length > lines) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await Promise.race([reached, ended]);
  await Promise.race([delay(milliseconds), ended]);
  child.kill('SIGKILL');
  await ended;
  // A line that the kill cut off was never heard.
  const heard = stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Said & { readonly open?: boolean });
  return { said: heard.filter((line) => line.did !== undefined), opened: heard.some((line) => line.open === true), stderr };
}

/** What is wrong with a workspace, given all that was ever confirmed in it. */
async function faultsOf(folder: string, said: readonly Said[]): Promise<string[]> {
  const faults: string[] = [];
  const workspace = openWorkspace(folder);
  const store = await openStore(workspace, { databaseUrl: '', waitMilliseconds: 30_000 });
  try {
    faults.push(...(await verifyEvents(store.db, '')));
    const candidates = new Map((await listCandidates(store.db)).map((candidate) => [candidate.id, candidate]));
    for (const [id, candidate] of candidates) {
      const folded = foldCandidate(id, await candidateHistory(store.db, id));
      // The database keeps keys in an order of its own.
      if (!isDeepStrictEqual(folded, candidate)) faults.push(`${id} is not what its history comes to`);
      for (const hash of [candidate.record.picture.sha256, candidate.record.hounsfield?.sha256]) if (hash !== undefined) await workspace.objects.get(hash);
      for (const part of candidate.into) if (!candidates.has(part)) faults.push(`${id} was replaced by ${part}, which is not there`);
    }
    for (const one of said) {
      if (one.id !== undefined && (candidates.get(one.id)?.sequence ?? 0) < (one.sequence ?? 0)) faults.push(`${one.did} of ${one.id} was confirmed and is lost`);
      for (const id of one.candidates ?? []) if (!candidates.has(id)) faults.push(`${id} of ${one.submission} was received and is lost`);
      if (one.submission !== undefined) await receiptOf(store.db, one.submission);
    }
    for (const name of await readdir(workspace.path('releases')).catch((): string[] => [])) {
      // A kill can leave a folder that is not finished, under a name that says so.
      if (name.endsWith('.tmp')) continue;
      const release = await openRelease(workspace.path('releases', name));
      faults.push(...((await verifyGrown(release))?.faults ?? [`${name} has no release.json`]).map((fault) => `${name}: ${fault}`));
      await release.close();
      await rm(workspace.path('releases', name), { recursive: true });
    }
    for (const { out } of said) if (out !== undefined && !out.startsWith(workspace.path('releases'))) faults.push(`${out} is elsewhere`);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    await store.close();
  }
  return faults;
}

/**
 * Kills a curator with SIGKILL at random points, from its start on, again and again in one workspace, and looks after each kill whether
 * all that it was told is done is there, whole and chained.
 */
export async function runCurationKillLoop(points: number, seed: number, tell: (line: string) => void = () => {}): Promise<CurationKillResult> {
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-curation-kill-'));
  const random = createRandom(seed);
  const faults: string[] = [];
  const confirmed: Record<string, number> = {};
  const said: Said[] = [];
  let whileOpening = 0;
  try {
    for (let point = 0; point < points; point++) {
      // Every fifth is killed while it starts; the others after up to twelve deeds, at any moment of the next.
      const starting = point % 5 === 4;
      const where = starting ? { lines: 0, milliseconds: random.uniform() * 2500 } : { lines: random.integer(2, 13), milliseconds: random.uniform() * 600 };
      const run = await curateAndKill(folder, seed * 1000 + point, where);
      if (!run.opened) whileOpening += 1;
      if (run.stderr.trim() !== '') faults.push(`point ${point}: ${run.stderr.trim().split('\n').slice(0, 3).join(' ')}`);
      for (const { did = '' } of run.said) confirmed[did] = (confirmed[did] ?? 0) + 1;
      said.push(...run.said);
      const found = await faultsOf(folder, said);
      faults.push(...found.map((fault) => `point ${point}: ${fault}`));
      tell(`point ${point + 1}: ${run.said.length} deeds confirmed, ${said.length} in all${run.opened ? '' : ', killed while opening'}; ${found.length} faults`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { points, confirmed, whileOpening, faults };
}
