import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { createRandom, noProgress, sha256, writeFileAtomic, type Progress } from '../../src/base/index.ts';
import type { Picture } from '../../src/imaging/index.ts';
import { decodePicture, encodeJpeg } from '../../src/imaging/node.ts';
import { drawFigure, drawOtherFigure, loadLettering, otherFigureKinds } from '../../src/papers/generator/index.ts';
import { releasePictures } from './real-pictures.ts';
import { seamSamples, type SeamSample } from './seam-samples.ts';

/** Samples of figures that were made alike. */
export interface SampleChunk {
  /** Which half of the tiles' pictures they were made from; what is learned from one is judged on the other. */
  readonly fold: 0 | 1;
  readonly samples: readonly SeamSample[];
}

/** Figures in a chunk. */
const chunkSize = 20;

/** Which pictures of the release tiles are taken from for training: two folds of a quarter each; the other half is never trained on. */
const foldOf = (name: string): 0 | 1 | undefined => {
  const byte = Number.parseInt(sha256(name).slice(0, 2), 16);
  return (byte & 1) === 1 ? undefined : (byte & 2) === 0 ? 0 : 1;
};

/**
 * Samples for training, in chunks kept in a folder, so that a run that was stopped goes on.
 * @param figures composites, from seed 0 on; beside them, singles of the release and 60 synthetic plots and diagrams
 * @param share makes only every so many-th missing chunk, so that processes can share the work
 */
export async function makeSamples(folder: string, figures: number, share: { readonly index: number; readonly of: number } = { index: 0, of: 1 }, progress: Progress = noProgress): Promise<SampleChunk[]> {
  await mkdir(folder, { recursive: true });
  const real = await releasePictures();
  const lettering = await loadLettering();
  const poolOf = (fold: 0 | 1): Picture[] => real.filter(({ name }) => foldOf(name) === fold).map(({ picture }) => picture);
  const pools = [poolOf(0), poolOf(1)] as const;
  const whole = ({ width, height }: Picture) => [{ x: 0, y: 0, width, height }];
  const makers = new Map<string, (() => Promise<SampleChunk>)>();
  for (let first = 0; first < figures; first += chunkSize) {
    const fold = ((first / chunkSize) & 1) as 0 | 1;
    makers.set(`figures-${first}`, async () => {
      const samples: SeamSample[] = [];
      for (let seed = first; seed < first + chunkSize; seed++) {
        const random = createRandom(seed);
        const figure = drawFigure(pools[fold], random.pick(['white', 'black', 'touching', 'touching'] as const), lettering, random);
        const picture = figure.jpeg === undefined ? figure.picture : await decodePicture(await encodeJpeg(figure.picture, figure.jpeg));
        samples.push(...seamSamples(picture, figure.boxes, random));
      }
      return { fold, samples };
    });
  }
  for (const fold of [0, 1] as const) {
    makers.set(`singles-${fold}`, () => Promise.resolve({ fold, samples: pools[fold].filter((_, i) => i % 2 === 0).flatMap((picture, i) => seamSamples(picture, whole(picture), createRandom(i))) }));
    // Plots and diagrams have white gaps that part nothing.
    makers.set(`others-${fold}`, () => Promise.resolve({ fold, samples: Array.from({ length: 30 }, (_, i) => createRandom(30_000 + 30 * fold + i)).flatMap((random) => {
      const picture = drawOtherFigure(random.pick(otherFigureKinds), lettering, random);
      return seamSamples(picture, whole(picture), random);
    }) }));
  }
  const chunks: SampleChunk[] = [];
  for (const [i, [name, make]] of [...makers].entries()) {
    progress({ label: 'samples', done: i, total: makers.size });
    const path = join(folder, `${name}.bin`);
    const kept = await readFile(path).then((bytes) => deserialize(bytes) as SampleChunk, () => undefined);
    if (kept === undefined && i % share.of !== share.index) continue;
    const chunk = kept ?? (await make());
    if (kept === undefined) await writeFileAtomic(path, serialize(chunk));
    chunks.push(chunk);
  }
  return chunks;
}
