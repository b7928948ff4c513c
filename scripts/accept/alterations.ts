/**
 * Recall of altered pictures, and pairs that are none, against the real pictures of the release and of LUNA16.
 * Run: npm run accept:alterations -- [--seeds 101,102,103] [--every N]
 */
import { parseArgs } from 'node:util';
import { alterationNames } from '../../src/imaging/index.ts';
import { layGround, proveAlteration } from '../../tests/support/alteration-proof.ts';
import { readDuplicateTruth, trueGroups } from '../../tests/support/duplicate-truth.ts';
import { lunaPictures, releasePictures } from '../../tests/support/real-pictures.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '101,102,103' }, every: { type: 'string', default: '1' } } });
const every = Number(values.every);
const pictures = [...(await releasePictures()), ...(await lunaPictures())];
const ground = layGround(pictures, trueGroups(readDuplicateTruth()));
console.log(`${pictures.length} real pictures; every ${every === 1 ? 'one' : `${every}th`} is altered and looked up among all. Seeds 1 to 3 were for tuning.`);
console.log('alteration   seed  altered   found   recall  false pairs  seconds');
let failed = false;
for (const seed of values.seeds.split(',').map(Number)) {
  for (const name of alterationNames) {
    const proof = await proveAlteration(ground, name, seed, every);
    const recall = proof.found / proof.altered;
    failed ||= recall < 0.95 || proof.falsePairs.length > 0;
    console.log(
      `${name.padEnd(12)} ${String(seed).padStart(4)} ${String(proof.altered).padStart(8)} ${String(proof.found).padStart(7)}  ${recall.toFixed(4).padStart(7)} ${String(proof.falsePairs.length).padStart(12)} ${proof.seconds.toFixed(1).padStart(8)}`,
    );
    for (const [altered, other] of proof.falsePairs) console.log(`  false: ${altered} | ${other}`);
  }
}
process.exitCode = failed ? 1 : 0;
