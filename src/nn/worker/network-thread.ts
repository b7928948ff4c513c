import type { ResourceLimits, Worker } from 'node:worker_threads';
import { NnError } from '../errors.ts';
import { thrownError, type Answer, type Question, type Reply, type Request } from './protocol.ts';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: NnError) => void;
}

/** Built code stands beside this as JavaScript, sources as TypeScript. */
const threadUrl = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** What a thread that ended by itself leaves behind. */
function death(error: unknown): NnError {
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (outOfMemory) return new NnError('OUT_OF_MEMORY', "A network's thread ran out of memory and was ended.", { hint: 'Use a smaller batch or smaller pictures.', cause: error });
  return new NnError('ENVIRONMENT', `A network's thread ended by an error: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/**
 * A thread that computes, seen from the one that asks. The process may end while nothing is asked of it, so that a forgotten
 * `close` holds nothing up.
 */
export class NetworkThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  /** Why nothing more can be asked. */
  #end: NnError | undefined;
  #closing: Promise<void> | undefined;
  #count = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on('message', ({ id, answer }: Reply) => this.#settle(id, answer));
    worker.on('messageerror', (error) => this.#fail(death(error)));
    worker.on('error', (error) => this.#fail(death(error)));
    this.#ended = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#fail(new NnError('ENVIRONMENT', `A network's thread ended unexpectedly, with exit code ${code}.`));
        resolve();
      });
    });
  }

  /** @param options another script than this room's, or bounds on the thread's memory: for tests of how threads die */
  static async start(options: { readonly url?: URL; readonly resourceLimits?: ResourceLimits } = {}): Promise<NetworkThread> {
    // Loaded when it is needed, since browsers, which read this room's inference half, have none.
    const { Worker } = await import('node:worker_threads');
    // The flags of this process may be ones that a thread refuses.
    const { url = threadUrl, resourceLimits = {} } = options;
    return new NetworkThread(new Worker(url, { name: 'covid-ct network', execArgv: [], resourceLimits }));
  }

  #settle(id: number, answer: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.kind === 'error') waiting?.reject(thrownError(answer.error));
    else waiting?.resolve(answer);
  }

  #fail(error: NnError): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }

  /**
   * Asks, and waits for the answer.
   * @param transfer memory that is handed over rather than copied
   * @throws NnError what the thread threw; ENVIRONMENT or OUT_OF_MEMORY when it died; CANCELLED when it is closed
   */
  async ask<Kind extends Answer['kind']>(question: Question, expected: Kind, transfer: readonly ArrayBuffer[] = []): Promise<Extract<Answer, { kind: Kind }>> {
    if (this.#end !== undefined) throw this.#end;
    const id = this.#count++;
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      try {
        this.#worker.postMessage({ id, question } satisfies Request, transfer);
      } catch (error) {
        this.#waiting.delete(id);
        if (this.#waiting.size === 0) this.#worker.unref();
        reject(new NnError('BAD_INPUT', `A network's thread could not be given a ${question.kind}: ${error instanceof Error ? error.message : String(error)}`, { cause: error }));
      }
    });
    if (!isKind(answer, expected)) throw new NnError('ENVIRONMENT', `A network's thread answered a ${question.kind} with a ${answer.kind}.`);
    return answer;
  }

  /**
   * Frees the session and ends the thread. What is still asked is given up: a computation that has begun ends first, since
   * the runtime cannot be stopped in its midst. Never throws; may be called again.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#shut();
    await this.#closing;
  }

  async #shut(): Promise<void> {
    const closed = this.#end === undefined ? this.ask({ kind: 'close' }, 'done') : Promise.resolve();
    this.#end ??= new NnError('CANCELLED', "The network's thread was closed.");
    const [last] = [...this.#waiting.keys()].slice(-1);
    for (const [id, { reject }] of this.#waiting) {
      if (id !== last) {
        this.#waiting.delete(id);
        reject(this.#end);
      }
    }
    await closed.catch(() => undefined);
    await this.#worker.terminate();
    await this.#ended;
  }
}

function isKind<Kind extends Answer['kind']>(answer: Answer, kind: Kind): answer is Extract<Answer, { kind: Kind }> {
  return answer.kind === kind;
}
