import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CovidCtError, createRandom } from '../../base/index.ts';
import type { FeedAnswer, FeedRequest, FeedSetup, View } from './feed-protocol.ts';

interface Waiting {
  readonly resolve: (tensor: Float32Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/** Augments in a thread of its own, so that batches are ready when the network wants them. */
export class Feed {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #broken: Error | undefined;

  constructor(setup: FeedSetup) {
    // The thread's file stands beside this one, as TypeScript or built.
    this.#worker = new Worker(new URL(`./feed-worker${extname(import.meta.url)}`, import.meta.url), { workerData: setup });
    this.#worker.on('message', (answer: FeedAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#break(error));
    this.#worker.on('exit', () => this.#break(new Error('the thread ended')));
  }

  #settle(answer: FeedAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('tensor' in answer) waiting?.resolve(answer.tensor);
    else waiting?.reject(new CovidCtError('ENVIRONMENT', `Augmenting failed: ${answer.error}.`));
  }

  #break(cause: unknown): void {
    this.#broken ??= new CovidCtError('ENVIRONMENT', 'The thread that augments pictures broke down.', { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }

  /** A batch `[views, channels, size, size]`. The same setup and views give the same numbers. */
  batch(views: readonly View[]): Promise<Float32Array<ArrayBuffer>> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, views } satisfies FeedRequest, []);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * The batches of an epoch: every number below `count` in a random order; the last batch is filled up with the epoch's
 * first, since a compiled network takes batches of one size.
 */
export function epochBatches(count: number, batch: number, seed: number, epoch: number): readonly (readonly number[])[] {
  const order = createRandom(seed).fork(`order of epoch ${epoch}`).shuffle(Array.from({ length: count }, (_, i) => i));
  return Array.from({ length: Math.ceil(count / batch) }, (_, b) => Array.from({ length: batch }, (_, i) => order[(b * batch + i) % count] ?? 0));
}

/**
 * Asks for items ahead of their use, so that they are made while earlier ones are used.
 * @param depth how many are under way or ready at once
 */
export async function* ahead<Request, Item>(requests: readonly Request[], ask: (request: Request) => Promise<Item>, depth = 3): AsyncGenerator<readonly [Request, Item]> {
  const pending: (readonly [Request, Promise<Item>])[] = [];
  for (let next = 0; next < requests.length || pending.length > 0; ) {
    while (next < requests.length && pending.length < depth) {
      const request = requests[next++] as Request;
      const item = ask(request);
      // A failure is told when its turn comes, not as an unhandled one before.
      item.catch(() => undefined);
      pending.push([request, item]);
    }
    const [request, item] = pending.shift() as readonly [Request, Promise<Item>];
    yield [request, await item];
  }
}
