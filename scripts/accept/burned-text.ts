/**
 * Made-up names of 12 to 40 pixels burned into the half of the release's pictures that the detector was not trained on: how many are found;
 * and on how many slices of LUNA16, which carry no text, it sees some. Run: npm run accept:burned-text [-- --pictures 400 --seed 100000]
 */
import { parseArgs } from 'node:util';
import { findBurnedInText } from '../../src/imaging/index.ts';
import { loadLettering } from '../../src/papers/generator/index.ts';
import { lunaPictures, releasePictures } from '../../tests/support/real-pictures.ts';
import { covered, isFound, isHeldOut, namedPicture } from '../../tests/support/text-proof.ts';

const { values: flags } = parseArgs({ options: { pictures: { type: 'string', default: '400' }, luna: { type: 'string', default: '4' }, seed: { type: 'string', default: '100000' } } });
const lettering = await loadLettering();
const pictures = (await releasePictures()).filter(({ name }) => isHeldOut(name)).map(({ picture }) => picture);
const missed: string[] = [];
let named = 0;
let halfCovered = 0;
for (let seed = Number(flags.seed); named < Number(flags.pictures); seed++) {
  const one = await namedPicture(pictures, lettering, seed);
  if (one === undefined) continue;
  named += 1;
  const boxes = findBurnedInText(one.picture).map(({ box }) => box);
  if (!isFound(one.box, boxes)) missed.push(`seed ${seed}: ${one.text}, ${one.height} pixels`);
  if (covered(one.box, boxes) >= 0.5) halfCovered += 1;
}
for (const miss of missed) console.log(`missed: ${miss}`);
console.log(`${named} names of 12 to 40 pixels: ${named - missed.length} found, recall ${(1 - missed.length / named).toFixed(4)} (bound 0.99); at least half of the text covered: ${halfCovered}`);
const luna = await lunaPictures(Number(flags.luna));
const alarms = luna.filter(({ picture }) => findBurnedInText(picture).length > 0).length;
console.log(`${luna.length} slices of LUNA16 without text: ${alarms} with a false alarm`);
process.exitCode = missed.length <= 0.01 * named ? 0 : 1;
