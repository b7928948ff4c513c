import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CovidCtError, noProgress, type Progress } from '../../base/index.ts';
import { awakeTime } from './awake-time.ts';
import { failedResult, replySchema, stepSchema, type Job, type JobResult } from './job.ts';

/** What one file may cost. */
export interface JobLimits {
  /** Seconds from the moment the file is handed over, without those in which this process stood still. */
  readonly seconds: number;
  /** Megabytes (10^6 bytes) that the process may hold. */
  readonly megabytes: number;
}

/** How often memory and time are looked at, in milliseconds. */
const watchEvery = 50;
/** A worker that needs longer to start than this is given up. */
const startSeconds = 60;

/** Bytes that a process holds in memory; `undefined` where the system does not tell (`/proc` is Linux'). */
export function residentBytes(processId: number): number | undefined {
  try {
    // One that has just ended has no such line.
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

const fatalSchema = z.strictObject({ fatal: z.string() });

/** How a job ended in a worker. */
export interface JobEnd {
  readonly result: JobResult;
  /** Whether the worker is gone, or was killed: it takes no further job. */
  readonly gone: boolean;
}

/** A process that reads papers one at a time, under limits that are enforced from outside. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  #errors = '';
  /** How many jobs it has ended. */
  jobs = 0;
  /** Bytes that it held after its last job. */
  resident = 0;

  /** @param limits the heap's limit is set by them, so that JavaScript alone cannot pass it */
  constructor({ megabytes }: JobLimits) {
    const script = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
    this.#child = fork(script, [], {
      execArgv: [`--max-old-space-size=${Math.max(64, Math.round(megabytes))}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // One thread a worker: the pool has as many workers as it may use cores.
      env: { ...process.env, VIPS_CONCURRENCY: '1', NODE_OPTIONS: '' },
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4000);
    });
    this.#ready = new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#child.kill('SIGKILL'), startSeconds * 1000);
      const fail = (): void => {
        clearTimeout(late);
        reject(new CovidCtError('ENVIRONMENT', `A worker process could not be started: ${this.#errors.trim().split('\n').at(-1) ?? 'no reason given'}.`));
      };
      this.#child.once('error', fail);
      this.#child.once('exit', fail);
      this.#child.once('message', () => {
        clearTimeout(late);
        this.#child.off('error', fail);
        this.#child.off('exit', fail);
        // Killing it later may fail quietly.
        this.#child.on('error', () => {});
        resolve();
      });
    });
    // Whoever runs a job meets the failure.
    this.#ready.catch(() => {});
  }

  /** Bytes that it holds now. */
  get memory(): number {
    return this.#child.pid === undefined ? 0 : (residentBytes(this.#child.pid) ?? 0);
  }

  /** Reads a paper. @throws CovidCtError where no worker can run, or the disk refuses what it writes */
  async run(job: Job, limits: JobLimits, progress: Progress = noProgress): Promise<JobEnd> {
    await this.#ready;
    return new Promise((resolve, reject) => {
      const child = this.#child;
      let killed: JobResult | undefined;
      const kill = (status: JobResult['status'], note: string): void => {
        killed ??= failedResult(status, note);
        child.kill('SIGKILL');
      };
      const spent = awakeTime();
      spent(performance.now());
      const watch = setInterval(() => {
        if (spent(performance.now()) >= limits.seconds * 1000) kill('too slow', `It took longer than ${limits.seconds} s.`);
        if (this.memory > limits.megabytes * 1e6) kill('too much memory', `It took more than ${limits.megabytes} MB.`);
      }, Math.min(watchEvery, limits.seconds * 1000));
      const leave = (): void => {
        clearInterval(watch);
        child.off('message', hear);
        child.off('exit', end);
        this.jobs += 1;
      };
      const hear = (message: unknown): void => {
        const step = stepSchema.safeParse(message);
        if (step.success) {
          progress(step.data.step);
          return;
        }
        const fatal = fatalSchema.safeParse(message);
        leave();
        if (fatal.success) {
          reject(new CovidCtError('DISK', fatal.data.fatal, { hint: 'Free some space, or point --workspace at another disk.' }));
          return;
        }
        const { result, resident } = replySchema.parse(message);
        this.resident = resident;
        resolve({ result, gone: false });
      };
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        leave();
        const outOfHeap = /heap out of memory|allocation failed/i.test(this.#errors);
        resolve({ result: killed ?? (outOfHeap ? failedResult('too much memory', `It took more than ${limits.megabytes} MB.`) : failedResult('crashed', `Its reader ended by ${signal ?? `exit code ${code}`}.`)), gone: true });
      };
      child.on('message', hear);
      child.on('exit', end);
      child.send(job, (error) => {
        // It was gone before the job came; `exit` tells.
        if (error !== null && !child.connected && child.exitCode !== null) end(child.exitCode, child.signalCode);
      });
    });
  }

  /** Ends it, whatever it does. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
