/** The thread that augments: it answers each request with a batch, ready for the network. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '../../base/index.ts';
import { augment, drawAugmentation, writeTensor } from '../../imaging/index.ts';
import type { FeedAnswer, FeedRequest, FeedSetup, View } from './feed-protocol.ts';
import { pictureAt } from './pictures.ts';

// Both ends of the wire are this folder's: what arrives is what feed.ts sends.
const { pictures, plan, mean, std, seed }: FeedSetup = workerData;
const random = createRandom(seed);

function batchOf(views: readonly View[]): Float32Array<ArrayBuffer> {
  const numbers = mean.length * plan.size * plan.size;
  const tensor = new Float32Array(views.length * numbers);
  views.forEach(({ picture: index, key }, i) => {
    const picture = pictureAt(pictures, index);
    const draw = drawAugmentation(plan, picture.width, picture.height, random.fork(key));
    writeTensor(augment(picture, draw), mean, std, tensor, i * numbers);
  });
  return tensor;
}

parentPort?.on('message', ({ id, views }: FeedRequest) => {
  try {
    const tensor = batchOf(views);
    parentPort?.postMessage({ id, tensor } satisfies FeedAnswer, [tensor.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies FeedAnswer, []);
  }
});
