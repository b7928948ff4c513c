import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CovidCtError, errorCodes, type ErrorCode } from '../../base/index.ts';
import type { CheckAnswer, CheckerSetup, CheckRequest, ThreadResult } from './checker-protocol.ts';

/** Checks submissions against a release, in a thread of its own. */
export interface Checker {
  check(request: Omit<CheckRequest, 'id'>): Promise<ThreadResult>;
  /** How far describing the release's pictures is, which is done once for each; undefined when it is not being done. */
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: ThreadResult) => void;
  readonly reject: (error: Error) => void;
}

/** Without any word for so long, a thread hangs in a file that was made to do so, and is ended. */
const patience = 120_000;

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

/** Starts the thread when it is first asked. */
export function openChecker(setup: CheckerSetup): Checker {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let progress: Checker['progress'];
  let next = 0;
  let timer: NodeJS.Timeout | undefined;

  const end = (why: string): void => {
    clearTimeout(timer);
    void worker?.terminate();
    worker = undefined;
    progress = undefined;
    const all = [...waiting.values()];
    waiting.clear();
    for (const { reject } of all) reject(new CovidCtError('BAD_IMAGE', `The files could not be checked: ${why}.`, { hint: 'Send PNG, JPEG or uncompressed DICOM (CT, one file a slice).' }));
  };
  const watch = (): void => {
    clearTimeout(timer);
    if (waiting.size > 0) timer = setTimeout(() => end('it took too long'), patience).unref();
  };
  const start = (): Worker => {
    // The thread's file stands beside this one, as TypeScript or built. What it may take bounds a picture that is a bomb.
    const made = new Worker(new URL(`./checker-worker${extname(import.meta.url)}`, import.meta.url), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: 1024 } });
    made.on('message', (answer: CheckAnswer) => {
      if ('done' in answer) progress = answer.done < answer.total ? answer : undefined;
      else if ('id' in answer) {
        const one = waiting.get(answer.id);
        waiting.delete(answer.id);
        if ('error' in answer) one?.reject(new CovidCtError(isCode(answer.error.code) ? answer.error.code : 'ENVIRONMENT', answer.error.message, answer.error.hint === undefined ? {} : { hint: answer.error.hint }));
        else one?.resolve(answer);
      }
      watch();
    });
    made.on('error', (error: unknown) => made === worker && end(error instanceof Error ? error.message : String(error)));
    made.on('exit', () => made === worker && end('the thread ended'));
    made.unref();
    return made;
  };
  return {
    check: (request) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        worker ??= start();
        worker.postMessage({ ...request, id } satisfies CheckRequest, []);
        watch();
      }),
    get progress() {
      return progress;
    },
    async close() {
      end('the server ends');
      await Promise.resolve();
    },
  };
}
