import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../src/base/index.ts';
import { openStudy, readingsOf, verifyStudy } from '../../src/study/index.ts';
import { readingClient } from './reading-client.ts';

/** What reading under kills came to. */
export interface ReadingKillResult {
  readonly kills: number;
  /** Answers that a reader was told are confirmed. */
  readonly confirmed: number;
  /** Sent again after a kill, and found confirmed before. */
  readonly repeated: number;
  /** Confirmed answers that are lost, doubled or changed, and broken records. */
  readonly faults: readonly string[];
}

const script = fileURLToPath(new URL('reading-server-child.ts', import.meta.url));

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

function startChild(folder: string, port: number): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, folder, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.once('data', () => resolve(child));
  });
}

/** Asks until it is answered: the server may be dead just now. A refusal is an answer. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Error && /^\d{3}: /.test(error.message)) throw error;
      await delay(20);
    }
  }
}

/** Reads the whole study as one reader, as fast as answers come; gives what was confirmed, by case. */
async function readAll(address: string, study: string, token: string, random: Random): Promise<{ readonly ratings: ReadonlyMap<number, number>; readonly receipts: readonly string[]; readonly repeated: number }> {
  const client = readingClient(address, study, token);
  const ratings = new Map<number, number>();
  const receipts: string[] = [];
  let repeated = 0;
  await untilAnswered(client.declare);
  for (;;) {
    const { reading } = await untilAnswered(client.view);
    if (reading === undefined) return { ratings, receipts, repeated };
    await untilAnswered(() => client.frame(reading.id, 0));
    const rating = random.integer(1, 5);
    const receipt = await untilAnswered(() => client.confirm(reading.id, { rating, answers: {}, marks: [], milliseconds: 1000 }));
    if (receipt.repeated) repeated += 1;
    ratings.set(receipt.number - 1, rating);
    receipts.push(receipt.receipt);
    await delay(random.integer(0, 30));
  }
}

/** Two readers read at once while the server is killed (SIGKILL) again and again, and started again on the same port. */
export async function readUnderKills(folder: string, kills: number, random: Random): Promise<ReadingKillResult> {
  const study = await openStudy(folder);
  const port = await freePort();
  const readers = study.key.readers.slice(0, 2);
  let child = await startChild(folder, port);
  const end = new AbortController();
  let killed = 0;
  const killing = (async () => {
    while (killed < kills && !end.signal.aborted) {
      await delay(random.integer(30, 250));
      child.removeAllListeners('exit');
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      await gone;
      killed += 1;
      child = await startChild(folder, port);
    }
  })();
  const read = await Promise.all(readers.map(({ token }, i) => readAll(`http://127.0.0.1:${port}`, study.plan.id, token, random.fork(`reader ${i}`))));
  end.abort();
  await killing;
  child.removeAllListeners('exit');
  child.kill('SIGKILL');
  const faults = [...(await verifyStudy(folder)).faults];
  const records = await (await openStudy(folder)).log.read();
  readers.forEach(({ id }, i) => {
    const own = read[i];
    const kept = records.filter(({ kind, body }) => kind === 'confirmed' && body['reader'] === id);
    const planned = readingsOf(study, id).length;
    if (kept.length !== planned) faults.push(`${id}: ${kept.length} answers are kept, of ${planned}`);
    if (new Set(kept.map(({ body }) => body['position'])).size !== kept.length) faults.push(`${id}: an answer is doubled`);
    for (const { body } of kept) if (own?.ratings.get(Number(body['position'])) !== body['rating']) faults.push(`${id}: case ${String(body['position'])} was confirmed with another rating`);
    for (const receipt of own?.receipts ?? []) if (!kept.some(({ hash }) => hash === receipt)) faults.push(`${id}: the answer with receipt ${receipt} is lost`);
  });
  return { kills: killed, confirmed: read.reduce((sum, { receipts }) => sum + receipts.length, 0), repeated: read.reduce((sum, one) => sum + one.repeated, 0), faults };
}
