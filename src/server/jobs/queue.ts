import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CovidCtError, isAlive, type Workspace } from '../../base/index.ts';
import type { Bus } from '../bus.ts';
import type { Database } from '../database/database.ts';
import type { Shelf } from '../shelf/shelf.ts';
import type { AnyJobKind, Lane } from './kind.ts';
import { isOver, type JobRecord } from './record.ts';
import { runCommand, type RunningCommand } from './run-command.ts';
import type { JobStore } from './store.ts';

/** Long work: listed, cancellable, surviving a restart. */
export interface JobQueue {
  /** The newest first. */
  list(): readonly JobRecord[];
  /** @throws CovidCtError NOT_FOUND */
  get(id: string): JobRecord;
  /** @throws CovidCtError NOT_FOUND for a kind or release that is none, ZodError for input that does not fit */
  add(kind: string, release: string | null, input: Readonly<Record<string, unknown>>, document?: string): Promise<JobRecord>;
  /** Stops a job that runs or waits; one that is over stays as it is. */
  cancel(id: string): Promise<JobRecord>;
  /** Begins a job again that failed or was cancelled; it goes on where its command can. */
  retry(id: string): Promise<JobRecord>;
  remove(id: string): Promise<void>;
  /** Waits until a job is over. */
  wait(id: string): Promise<JobRecord>;
  readonly store: JobStore;
  /** Stops what runs, which goes on after the next start. */
  close(): Promise<void>;
}

/** What a queue works with. */
export interface QueueOptions {
  readonly workspace: Workspace;
  readonly store: JobStore;
  readonly kinds: readonly AnyJobKind[];
  readonly shelf: Shelf;
  readonly bus: Bus;
  readonly database: Pick<Database, 'share'>;
  /** Jobs that run at once in a lane. */
  readonly lanes?: Readonly<Record<Lane, number>>;
}

/** Begun so often and interrupted each time, a job is given up: it may be what brings the server down. */
const mostAttempts = 5;

/** Longer than a command is given to stop before it is killed. */
const stopMilliseconds = 20_000;

/** A worker stops by itself when its server is gone; until then what it writes must not be written by another. */
async function waitForEnd(processId: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(processId)) {
    if (Date.now() > deadline) return false;
    await delay(100);
  }
  return true;
}

/** The last lines of a log that say what went wrong. */
const lastLines = (text: string): string => text.trim().split('\n').slice(-3).map((line) => line.trim()).join(' ').slice(0, 600);

/** Opens the queue, and goes on with the jobs that a former server left. */
export async function openJobQueue({ workspace, store, kinds, shelf, bus, database, lanes = { train: 1, work: 1, view: 1 } }: QueueOptions): Promise<JobQueue> {
  const records = new Map<string, JobRecord>((await store.readAll()).toReversed().map((record) => [record.id, record]));
  const running = new Map<string, RunningCommand>();
  /** Jobs that are being begun, or run, by lane. */
  const busy = new Map<string, Lane>();
  let closing = false;

  const get = (id: string): JobRecord => {
    const record = records.get(id);
    if (record === undefined) throw new CovidCtError('NOT_FOUND', `There is no job ${JSON.stringify(id.slice(0, 40))}.`, { hint: 'The page Jobs lists them.' });
    return record;
  };
  const kindOf = (name: string): AnyJobKind => {
    const kind = kinds.find((one) => one.name === name);
    if (kind === undefined) throw new CovidCtError('NOT_FOUND', `There is no kind of job called ${JSON.stringify(name.slice(0, 40))}.`, { hint: `There are: ${kinds.map((one) => one.name).join(', ')}.` });
    return kind;
  };
  const show = (record: JobRecord): JobRecord => {
    records.set(record.id, record);
    bus.say({ type: 'job', job: record });
    return record;
  };
  const change = async (id: string, fields: Partial<JobRecord>): Promise<JobRecord> => {
    const record = show({ ...get(id), ...fields });
    await store.write(record);
    return record;
  };

  const run = async (record: JobRecord): Promise<void> => {
    const { id } = record;
    const kind = kindOf(record.kind);
    let log = '';
    // Writes follow each other, so that a log keeps its order.
    let logging = Promise.resolve();
    const onLog = (text: string): void => {
      log = `${log}${text}`.slice(-4000);
      logging = logging.then(() => store.appendLog(id, text)).catch(() => undefined);
    };
    try {
      const place = record.release === null ? undefined : (await shelf.list()).find((one) => one.id === record.release);
      if (record.release !== null && place === undefined) throw new CovidCtError('NOT_FOUND', `The release ${record.release} is not on the shelf any more.`);
      const args = await kind.commandOf(record.input, { workspace, place, id });
      if (get(id).state !== 'queued' || closing) return;
      let told = 0;
      let begun: () => void = () => undefined;
      const progressBegins = new Promise<void>((resolve) => (begun = resolve));
      const begin = (): RunningCommand => runCommand(args, workspace.folder, {
        onLog,
        onProgress: (progress) => {
          begun();
          // Twice a second is often enough to be watched; the last step is always told.
          if (performance.now() - told < 500 && progress.done < progress.total) return;
          told = performance.now();
          if (get(id).state === 'running') show({ ...get(id), progress });
        },
      });
      const follow = async (): RunningCommand['ended'] => {
        // Cancelled while others still had the database.
        if (get(id).state !== 'queued' || closing) return { exitCode: 4, stdout: '' };
        const command = begin();
        running.set(id, command);
        onLog(`$ covid-ct ${args.map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ')}\n`);
        const begun = { state: 'running', attempts: record.attempts + 1, started: new Date().toISOString(), ended: null, exitCode: null, process: command.process, progress: null } as const;
        // On disk first: whoever sees that it runs may kill the server at once, and the next one must know.
        await store.write({ ...get(id), ...begun });
        if (get(id).state === 'queued') show({ ...get(id), ...begun });
        return command.ended;
      };
      let ending: RunningCommand['ended'] | undefined;
      if (kind.database !== undefined) {
        await database.share(async () => {
          ending = follow();
          await (kind.database === 'all the time' ? ending : Promise.race([ending, progressBegins]));
        });
      }
      const { exitCode, stdout } = await (ending ?? follow());
      await logging;
      // The server ends: the record stays as it is, and the next server goes on.
      if (closing) return;
      const ended = { ended: new Date().toISOString(), exitCode, process: null } as const;
      if (get(id).state === 'cancelled') await change(id, ended);
      else if (exitCode <= 1 && stdout !== '') {
        await store.writeResult(id, stdout);
        await change(id, { ...ended, state: 'done', note: null });
      } else await change(id, { ...ended, state: 'failed', note: lastLines(log) || `The command ended with ${exitCode}.` });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      onLog(`${message}\n`);
      await logging;
      await change(id, { state: 'failed', ended: new Date().toISOString(), note: message, process: null });
    } finally {
      running.delete(id);
    }
  };

  const pump = (): void => {
    if (closing) return;
    for (const record of records.values()) {
      if (record.state !== 'queued' || busy.has(record.id)) continue;
      const lane = kinds.find(({ name }) => name === record.kind)?.lane ?? 'work';
      if ([...busy.values()].filter((one) => one === lane).length >= lanes[lane]) continue;
      busy.set(record.id, lane);
      void run(record).catch(() => undefined).finally(() => {
        busy.delete(record.id);
        pump();
      });
    }
  };

  // What ran when a former server went away waits again, once its worker is gone.
  for (const record of [...records.values()].filter(({ state }) => state === 'running')) {
    if (record.attempts >= mostAttempts) {
      await change(record.id, { state: 'failed', ended: new Date().toISOString(), process: null, note: `It was interrupted ${record.attempts} times, and is not begun again by itself.` });
      continue;
    }
    const note = `The server ended while it ran (attempt ${record.attempts}); it was begun again.`;
    await store.appendLog(record.id, `${note}\n`);
    busy.set(record.id, 'work');
    void waitForEnd(record.process ?? 0, record.process === null ? 0 : 60_000).then(async (gone) => {
      busy.delete(record.id);
      await (gone ? change(record.id, { state: 'queued', note, process: null }) : change(record.id, { state: 'failed', ended: new Date().toISOString(), note: `Its former process ${record.process ?? ''} still runs.` }));
      pump();
    });
  }
  pump();

  return {
    store,
    get,
    list: () => [...records.values()].toReversed(),
    async add(kindName, release, input, document) {
      const kind = kindOf(kindName);
      if (release !== null && !(await shelf.list()).some(({ id }) => id === release)) throw new CovidCtError('NOT_FOUND', `There is no release ${JSON.stringify(release)} on the shelf.`);
      const record: JobRecord = {
        id: `j-${randomBytes(8).toString('hex')}`, kind: kind.name, title: kind.titleOf(input), release, input: { ...input }, document: document ?? null, state: 'queued', attempts: 0,
        progress: null, created: new Date().toISOString(), started: null, ended: null, exitCode: null, note: null, process: null,
      };
      await store.write(record);
      show(record);
      pump();
      return get(record.id);
    },
    async cancel(id) {
      const record = get(id);
      if (isOver(record)) return record;
      const changed = await change(id, { state: 'cancelled', note: 'Cancelled.', ...(record.state === 'queued' ? { ended: new Date().toISOString() } : {}) });
      running.get(id)?.stop();
      return changed;
    },
    async retry(id) {
      const record = get(id);
      if (!isOver(record)) throw new CovidCtError('USAGE', `The job ${id} is ${record.state}.`, { hint: 'Only what failed or was cancelled is begun again.' });
      // What was cancelled a moment ago is still being stopped.
      for (let waited = 0; busy.has(id) && waited < stopMilliseconds; waited += 100) await delay(100);
      if (busy.has(id)) throw new CovidCtError('USAGE', `The job ${id} is still being stopped.`, { hint: 'Try again in some seconds.' });
      const changed = await change(id, { state: 'queued', ended: null, note: null, progress: null });
      pump();
      return changed;
    },
    async remove(id) {
      if (!isOver(get(id)) || busy.has(id)) throw new CovidCtError('USAGE', `The job ${id} is not over.`, { hint: 'Cancel it first.' });
      records.delete(id);
      await store.remove(id);
      bus.say({ type: 'job-removed', id });
    },
    wait: (id) =>
      new Promise((resolve) => {
        if (isOver(get(id))) return resolve(get(id));
        const stop = bus.hear((event) => {
          if (event.type !== 'job' || event.job.id !== id || !isOver(event.job)) return;
          stop();
          resolve(event.job);
        });
      }),
    async close() {
      closing = true;
      for (const command of running.values()) command.stop();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}
