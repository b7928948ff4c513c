import { createRandom } from '../../src/base/index.ts';
import type { Picture } from '../../src/imaging/index.ts';
import type { Release, ReleaseImage, SplitName } from '../../src/release/index.ts';
import { bareImage, bareRelease } from './bare-release.ts';

/** How many images of each label a part gets. */
export type DrawnCounts = Readonly<Record<SplitName, number>>;

/** Noise, with a bright square in the middle on COVID pictures: synthetic, and told apart by any network that learns. */
function draw(id: string, covid: boolean, size: number): Picture {
  const random = createRandom(5).fork(id);
  const data = Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    const inside = Math.abs(x - size / 2) < size / 5 && Math.abs(y - size / 2) < size / 5;
    return (covid && inside ? 170 : 70) + random.integer(0, 60);
  });
  return { width: size, height: size, channels: 1, data };
}

/** A small synthetic release whose pictures are in memory: enough to train on in a test. */
export function drawnRelease(counts: DrawnCounts, size = 40): Release {
  const images: ReleaseImage[] = [];
  for (const label of ['COVID', 'NonCOVID']) {
    for (const split of ['train', 'val', 'test'] as const) {
      for (let i = 0; i < counts[split]; i++) images.push(bareImage({ id: `${label}/${label} ${split} ${i}.png`, splits: [split] }));
    }
  }
  return bareRelease(images, { name: 'drawn', picture: (image) => Promise.resolve(draw(image.id, image.label === 'COVID', size)) });
}
