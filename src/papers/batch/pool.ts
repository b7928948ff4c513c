import type { Progress } from '../../base/index.ts';
import { residentBytes, WorkerProcess, type JobLimits } from './worker-process.ts';
import type { Job, JobResult } from './job.ts';

/** How a pool works. */
export interface PoolOptions {
  readonly limits: JobLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Worker processes that read papers. */
export interface Pool {
  /** Reads a paper in a process that is free, or a new one: as many run at a time as the caller asks for at a time. */
  run(job: Job, progress?: Progress): Promise<JobResult>;
  /** The most that this process and all workers held together, in bytes; 0 where the system does not tell. */
  peak(): number;
  close(): void;
}

/** A worker is replaced after so many papers, or when it holds so many bytes when idle: libraries keep what they had. */
const jobsOfWorker = 200;
const residentOfWorker = 400e6;
/** How often memory is added up, in milliseconds. */
const sampleEvery = 100;

/**
 * Opens a pool. A file that crashes a worker, or passes a limit, costs its own job: the worker is replaced. Where the worker
 * had read others before, the job is tried once more in a new one, so that what they left behind is not blamed on it.
 */
export function openPool({ limits, signal }: PoolOptions): Pool {
  const idle: WorkerProcess[] = [];
  const all = new Set<WorkerProcess>();
  let peak = 0;
  const sample = (): void => {
    let sum = residentBytes(process.pid) ?? 0;
    for (const worker of all) sum += worker.memory;
    peak = Math.max(peak, sum);
  };
  const sampler = setInterval(sample, sampleEvery);
  sampler.unref();
  const drop = (worker: WorkerProcess): void => {
    worker.stop();
    all.delete(worker);
  };
  const take = (): WorkerProcess => {
    const worker = idle.pop() ?? new WorkerProcess(limits);
    all.add(worker);
    return worker;
  };
  const attempt = async (job: Job, progress?: Progress): Promise<{ readonly result: JobResult; readonly fresh: boolean; readonly gone: boolean }> => {
    const worker = take();
    const fresh = worker.jobs === 0;
    try {
      const end = await worker.run(job, limits, progress);
      if (end.gone || worker.jobs >= jobsOfWorker || worker.resident > residentOfWorker) drop(worker);
      else idle.push(worker);
      return { ...end, fresh };
    } catch (error) {
      drop(worker);
      throw error;
    }
  };
  const close = (): void => {
    clearInterval(sampler);
    for (const worker of all) worker.stop();
    all.clear();
  };
  signal?.addEventListener('abort', close, { once: true });
  return {
    async run(job, progress) {
      signal?.throwIfAborted();
      const first = await attempt(job, progress);
      signal?.throwIfAborted();
      if (!first.gone || first.fresh || first.result.status === 'too slow') return first.result;
      const second = await attempt(job, progress);
      signal?.throwIfAborted();
      return second.result;
    },
    peak: () => {
      sample();
      return peak;
    },
    close: () => {
      signal?.removeEventListener('abort', close);
      close();
    },
  };
}
