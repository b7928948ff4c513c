/**
 * Trains what tells seams between panels from edges within them: `src/papers/panels/seam-network.json`.
 * Composites are made from every other picture of the release (seeds 0…); singles are those pictures themselves, and
 * synthetic plots, diagrams and the like.
 * Run: node scripts/train/panel-seams.ts [--figures 400] [--steps 4000]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createRandom, sha256 } from '../../src/base/index.ts';
import { featureLogit } from '../../src/imaging/index.ts';
import { decodePicture, encodeJpeg } from '../../src/imaging/node.ts';
import { drawFigure, drawOtherFigure, loadLettering, otherFigureKinds } from '../../src/papers/generator/index.ts';
import { lookNumbers, seamLookNames } from '../../src/papers/panels/seams.ts';
import { rocAuc } from '../../src/statistics/index.ts';
import { releasePictures } from '../../tests/support/real-pictures.ts';
import { seamSamples, type SeamSample } from '../../tests/support/seam-samples.ts';
import { trainFeatureNetwork } from './feature-network.ts';

const { values: flags } = parseArgs({ options: { figures: { type: 'string', default: '400' }, steps: { type: 'string', default: '4000' } } });
const all = await releasePictures();
const half = all.filter(({ name }) => ((Number.parseInt(sha256(name).slice(0, 2), 16)) & 1) === 0).map(({ picture }) => picture);
const lettering = await loadLettering();

async function samplesOf(from: number, count: number): Promise<SeamSample[]> {
  const samples: SeamSample[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const random = createRandom(seed);
    const figure = drawFigure(half, random.pick(['white', 'black', 'touching', 'touching'] as const), lettering, random);
    const picture = figure.jpeg === undefined ? figure.picture : await decodePicture(await encodeJpeg(figure.picture, figure.jpeg));
    samples.push(...seamSamples(picture, figure.boxes, random));
  }
  return samples;
}

const training = await samplesOf(0, Number(flags.figures));
for (const picture of half.filter((_, i) => i % 2 === 0)) training.push(...seamSamples(picture, [{ x: 0, y: 0, width: picture.width, height: picture.height }], createRandom(1)));
// Plots and diagrams have white gaps that part nothing.
for (let i = 0; i < 60; i++) {
  const random = createRandom(30_000 + i);
  const picture = drawOtherFigure(random.pick(otherFigureKinds), lettering, random);
  training.push(...seamSamples(picture, [{ x: 0, y: 0, width: picture.width, height: picture.height }], random));
}
const held = await samplesOf(4900, 25);
console.log(`${training.length} places, ${training.filter(({ positive }) => positive).length} of them seams`);
const rows = (samples: readonly SeamSample[]) => samples.map(({ look, positive }) => ({ features: lookNumbers(look), positive }));
const network = await trainFeatureNetwork(rows(training), { names: seamLookNames, hidden: [16, 8], seed: 7, steps: Number(flags.steps) });
for (const [name, samples] of [['training', training], ['held out', held]] as const) {
  const scored = rows(samples).map(({ features, positive }) => ({ score: featureLogit(network, features), positive }));
  const wrong = scored.filter(({ score, positive }) => score > 0 !== positive).length;
  console.log(`${name}: AUC ${rocAuc(scored).toFixed(4)}, wrong ${wrong} of ${scored.length}, missed ${scored.filter(({ score, positive }) => positive && score <= 0).length}`);
}
await writeFile(new URL('../../src/papers/panels/seam-network.json', import.meta.url), `${JSON.stringify(network)}\n`);
