import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asCovidCtError, CovidCtError } from '../../base/index.ts';
import type { Store } from '../store.ts';
import type { AnyJobDefinition } from './definition.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Job, JobError, JobProgress } from './types.ts';

const workerProgram = fileURLToPath(new URL(`./worker-process${extname(import.meta.url)}`, import.meta.url));

/** How jobs are run. */
export interface JobRunnerOptions {
  /** The module whose export `jobs` lists the kinds; its address as `import` takes it (`import.meta.resolve('./jobs.ts')`). */
  readonly module: string;
  /** Jobs at once; 1 unless told. */
  readonly atOnce?: number;
  /** Most memory of a worker's JavaScript heap, in megabytes; 2,048 unless told. */
  readonly heapMegabytes?: number;
  /** How often leases are renewed; a lease lasts twenty times as long, and at least ten seconds. 500 unless told. */
  readonly beatMilliseconds?: number;
  /** How long a cancelled job may take to stop by itself before its process is killed; 5,000 unless told. */
  readonly graceMilliseconds?: number;
}

/** Runs jobs until it is stopped. */
export interface JobRunner {
  /** Looks for work at once, instead of at the next beat: call it after adding a job. */
  wake(): void;
  /** Takes no more jobs, ends the running ones' processes and gives their jobs back; they are begun again by the next runner. */
  stop(): Promise<void>;
}

/** What a job said since its lease was last renewed. */
interface News {
  progress: JobProgress | undefined;
  lines: string[];
}

/** Starts a worker process. It does not inherit stdin; what it prints becomes lines of the job's log. */
function startWorker(heapMegabytes: number, onLine: (line: string) => void): ChildProcess {
  const child = fork(workerProgram, [], { execArgv: [`--max-old-space-size=${heapMegabytes}`], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'json' });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-10_000);
      lines.filter((line) => line.trim() !== '').forEach((line) => onLine(line.slice(0, 2000)));
    });
  }
  return child;
}

/** Ends as the worker does: with its last message, or without one. */
function outcomeOf(child: ChildProcess, onNews: (message: FromWorker) => void): Promise<FromWorker | { readonly type: 'gone'; readonly how: string }> {
  return new Promise((resolve) => {
    let last: FromWorker | undefined;
    child.on('message', (message: FromWorker) => {
      if (message.type === 'done' || message.type === 'failed') last = message;
      else onNews(message);
    });
    child.on('error', (error) => resolve({ type: 'gone', how: error.message }));
    child.on('exit', (code, signal) => resolve(last ?? { type: 'gone', how: signal === null ? `it exited with ${code ?? '?'}` : `it was killed by ${signal}` }));
  });
}

/**
 * Runs the jobs of a store in worker processes, one process a job. The runner, which owns the database, renews leases, keeps
 * progress and logs, and records results; when it is killed its workers end, and the jobs wait again when their leases run out.
 */
export async function startJobRunner(store: Store, options: JobRunnerOptions): Promise<JobRunner> {
  const { module, atOnce = 1, heapMegabytes = 2048, beatMilliseconds = 500, graceMilliseconds = 5_000 } = options;
  const lease = Math.max(10_000, beatMilliseconds * 20);
  const { jobs: definitions = [] } = (await import(module)) as { readonly jobs?: readonly AnyJobDefinition[] };
  const kinds = definitions.map(({ kind }) => kind);
  // One that owns the embedded database is alone: whoever had jobs before is gone, and they need not wait for their leases.
  const worker = store.kind === 'embedded' ? 'embedded' : randomBytes(8).toString('hex');
  if (store.kind === 'embedded') await store.jobs.release(worker);
  const running = new Map<string, { readonly child: ChildProcess; readonly ended: Promise<void> }>();
  const life = { stopping: false };

  const gone = (how: string): JobError => ({ code: 'ENVIRONMENT', message: `Its process ended without a result: ${how}.`, hint: 'Too little memory is the usual reason; the log may say more.' });

  const run = async (job: Job): Promise<void> => {
    const definition = definitions.find(({ kind }) => kind === job.kind);
    if (definition === undefined) return;
    const news: News = { progress: undefined, lines: [] };
    const child = startWorker(heapMegabytes, (line) => news.lines.push(line));
    const outcome = outcomeOf(child, (message) => {
      if (message.type === 'progress') news.progress = message.progress;
      else if (message.type === 'log') news.lines.push(message.text);
    });
    const tell = (message: ToWorker): void => {
      if (child.connected) child.send(message, () => {});
    };
    let cancelled = false;
    let beating: Promise<void> = Promise.resolve();
    const beat = async (): Promise<void> => {
      const { progress, lines } = news;
      news.progress = undefined;
      news.lines = [];
      try {
        const { cancel } = await store.jobs.beat(job.id, worker, lease, { progress, lines });
        if (!cancel || cancelled) return;
        cancelled = true;
        tell({ type: 'cancel' });
        setTimeout(() => child.kill('SIGKILL'), graceMilliseconds).unref();
      } catch (error) {
        // The job is somebody else's by now: what this process does for it is in vain.
        if (error instanceof CovidCtError && error.code === 'CONFLICT') child.kill('SIGKILL');
      }
    };
    const timer = setInterval(() => (beating = beating.then(beat)), beatMilliseconds);
    const ended = (async () => {
      const end = await outcome;
      clearInterval(timer);
      await beating;
      await beat();
      if (life.stopping) return;
      try {
        if (end.type === 'done') await store.jobs.complete(job.id, worker, end.result, (db) => definition.record(db, job.arguments, end.result));
        else if (cancelled) await store.jobs.stopped(job.id, worker);
        else if (end.type === 'failed') await store.jobs.fail(job.id, worker, end.error);
        else if (end.type === 'gone') await store.jobs.fail(job.id, worker, gone(end.how), true);
      } catch (error) {
        if (error instanceof CovidCtError && error.code === 'CONFLICT') return;
        const { code, message, hint } = asCovidCtError(error);
        await store.jobs.fail(job.id, worker, { code, message: `Its result could not be recorded: ${message}`, ...(hint === undefined ? {} : { hint }) }).catch(() => {});
      }
    })().finally(() => {
      running.delete(job.id);
      wake();
    });
    running.set(job.id, { child, ended });
    tell({ type: 'run', module, kind: job.kind, arguments: job.arguments, workspace: store.workspace.folder });
  };

  let looking = false;
  let again = false;
  const wake = (): void => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    void (async () => {
      do {
        again = false;
        while (!life.stopping && running.size < atOnce) {
          const job = await store.jobs.claim(worker, kinds, lease);
          if (job === undefined) break;
          await run(job);
        }
      } while (again && !life.stopping);
    })()
      // The database may be gone for a moment (a server that restarts); the next beat looks again.
      .catch(() => {})
      .finally(() => (looking = false));
  };
  const timer = setInterval(wake, beatMilliseconds);
  const unwatch = store.jobs.watch((job) => {
    if (job.state === 'queued') wake();
  });
  wake();

  return {
    wake,
    async stop() {
      life.stopping = true;
      clearInterval(timer);
      unwatch();
      const ends = [...running.values()].map(({ child, ended }) => {
        child.kill('SIGKILL');
        return ended;
      });
      await Promise.all(ends);
      await store.jobs.release(worker);
    },
  };
}
