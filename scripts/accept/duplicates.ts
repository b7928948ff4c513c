/**
 * The true duplicates of the real release, as the detector calls them, against the truth list that was made before it
 * (tests/oracles/duplicates). Run: npm run accept:duplicates
 */
import { duplicateNames } from '../../tests/support/alteration-proof.ts';
import { pairKey, readDuplicateTruth } from '../../tests/support/duplicate-truth.ts';
import { releasePictures } from '../../tests/support/real-pictures.ts';

const started = performance.now();
const truth = readDuplicateTruth();
const pictures = await releasePictures();
const called = new Set((await duplicateNames(pictures)).map(([first, second]) => pairKey(first, second)));
const wanted = new Set(truth.filter((pair) => pair.truth === 'duplicate').map((pair) => pairKey(pair.first, pair.second)));
const labelOf = new Map(truth.map((pair) => [pairKey(pair.first, pair.second), pair.truth]));
const right = [...called].filter((pair) => wanted.has(pair));
const wrong = [...called].filter((pair) => !wanted.has(pair));
const missed = [...wanted].filter((pair) => !called.has(pair));
for (const pair of wrong) console.log(`wrong: ${pair} (${labelOf.get(pair) ?? 'not on the list'})`);
for (const pair of missed) console.log(`missed: ${pair}`);
console.log(`${pictures.length} pictures, ${called.size} pairs called true duplicates: ${right.length} right, ${wrong.length} wrong`);
console.log(`recall ${right.length}/${wanted.size} = ${(right.length / wanted.size).toFixed(3)} (bound 0.95), precision ${(right.length / Math.max(1, called.size)).toFixed(3)}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exitCode = wrong.length === 0 && right.length >= 0.95 * wanted.size ? 0 : 1;
