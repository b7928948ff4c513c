/**
 * Trains what tells lines of text from what looks like them in CTs (`src/imaging/burned-text/text-network.json`): made-up
 * names burned into slices of LUNA16, and the same slices without, which carry no text; names burned into half of the release's
 * pictures, whose own middle, where text hardly ever stands, is a counterexample. Every second scan is left out and used for the figures.
 * Run: node scripts/train/burned-text.ts [--pictures 300] [--steps 2500]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sha256 } from '../../src/base/index.ts';
import { drawPhantom, featureLogit, resize, type Picture, type Rectangle } from '../../src/imaging/index.ts';
import { textFeatureNames } from '../../src/imaging/burned-text/features.ts';
import { textCandidates } from '../../src/imaging/burned-text/find.ts';
import { loadLettering } from '../../src/papers/generator/index.ts';
import { rocAuc } from '../../src/statistics/index.ts';
import { lunaPictures, releasePictures } from '../../tests/support/real-pictures.ts';
import { isHeldOut, namedPicture } from '../../tests/support/text-proof.ts';
import { trainFeatureNetwork, type FeatureSample } from './feature-network.ts';

const { values: flags } = parseArgs({ options: { pictures: { type: 'string', default: '300' }, steps: { type: 'string', default: '2500' } } });
const count = Number(flags.pictures);
const lettering = await loadLettering();
/** As large as pictures of CTs are kept: names of 40 pixels have room. */
const enlarged = (picture: Picture): Picture => resize(picture, 512, 512, 'bicubic');
const luna = (await lunaPictures(2)).map(({ name, picture }) => ({ picture, held: (Number.parseInt(sha256(name.replace(/_[^_]*$/, '')).slice(0, 4), 16) & 1) === 1 }));

/** @param plainText whether the pictures themselves carry no text anywhere, or none in their middle */
async function samplesOf(pictures: readonly Picture[], first: number, count: number, plainText: 'nowhere' | 'not in the middle' = 'nowhere'): Promise<FeatureSample[]> {
  const samples: FeatureSample[] = [];
  for (let i = 0; i < count; i++) {
    const source = pictures[i % pictures.length] as Picture;
    const plain = plainText === 'nowhere' ? enlarged(source) : source;
    const isMiddle = (box: Rectangle): boolean => {
      const [u, v] = [(box.x + box.width / 2) / plain.width, (box.y + box.height / 2) / plain.height];
      return u > 0.22 && u < 0.78 && v > 0.22 && v < 0.78;
    };
    for (const { box, features } of textCandidates(plain)) if (plainText === 'nowhere' || isMiddle(box)) samples.push({ features, positive: false });
    const named = await namedPicture([plain], lettering, first + i);
    if (named === undefined) continue;
    for (const { box, features } of textCandidates(named.picture)) {
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const isInside = x >= named.box.x && x < named.box.x + named.box.width && y >= named.box.y && y < named.box.y + named.box.height;
      // A word of the line is text as well; pieces of letters are neither.
      const isLine = isInside && box.height >= 0.45 * named.height && box.height <= 1.6 * named.height;
      if (isLine) samples.push({ features, positive: true });
      else if (!isInside && plainText === 'nowhere' && box.y + box.height < named.box.y - named.height) samples.push({ features, positive: false });
    }
  }
  return samples;
}

const training = await samplesOf(luna.filter(({ held }) => !held).map(({ picture }) => picture), 0, count);
training.push(...(await samplesOf((await releasePictures()).filter(({ name }, i) => i % 4 === 0 && !isHeldOut(name)).map(({ picture }) => picture), 20_000, count, 'not in the middle')));
// Phantoms, which samples and tests are made of, are to be free of false alarms as well.
for (let i = 0; i < 40; i++) for (const { features } of textCandidates(drawPhantom({ patient: 7000 + i, lesions: i % 2 === 0 ? 'opacities' : 'nodules', width: 256 + 32 * (i % 5), height: 256 + 32 * (i % 5) }))) training.push({ features, positive: false });
const held = await samplesOf(luna.filter(({ held }) => held).map(({ picture }) => picture), 50_000, Math.ceil(count / 3));
console.log(`${training.length} lines, ${training.filter(({ positive }) => positive).length} of them text`);
const network = await trainFeatureNetwork(training, { names: textFeatureNames, hidden: [12], seed: 5, steps: Number(flags.steps) });
for (const [name, samples] of [['training', training], ['held out', held]] as const) {
  const scored = samples.map(({ features, positive }) => ({ score: featureLogit(network, features), positive }));
  console.log(`${name}: AUC ${rocAuc(scored).toFixed(4)}; taken for text at 0.5: ${scored.filter(({ score, positive }) => positive && score > 0).length} of ${scored.filter(({ positive }) => positive).length} lines of text, ${scored.filter(({ score, positive }) => !positive && score > 0).length} of ${scored.filter(({ positive }) => !positive).length} others`);
}
await writeFile(new URL('../../src/imaging/burned-text/text-network.json', import.meta.url), `${JSON.stringify(network)}\n`);
