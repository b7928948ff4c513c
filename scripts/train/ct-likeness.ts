/**
 * Trains the CT-likeness scorer (`src/papers/scorer/ct-network.json`) and measures it with papers held out: for each of the
 * seven papers a network is trained without it (and without a seventh of the release's papers and LUNA16's series), which
 * then scores the held-out pictures. The shipped network is trained on everything.
 * Run: node scripts/train/ct-likeness.ts [--measure] [--steps 1500]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sha256 } from '../../src/base/index.ts';
import { ctFeatureNames } from '../../src/papers/scorer/features.ts';
import { ctLikenessBy } from '../../src/papers/scorer/score.ts';
import { rocAuc } from '../../src/statistics/index.ts';
import { paperSamples, positiveSamples, syntheticSamples, type CtSample } from '../../tests/support/ct-samples.ts';
import { trainFeatureNetwork } from './feature-network.ts';

const { values: flags } = parseArgs({ options: { measure: { type: 'boolean', default: false }, steps: { type: 'string', default: '1500' } } });
const [positives, papers, synthetic] = [await positiveSamples(), await paperSamples(), await syntheticSamples(600)];
const names = [...new Set(papers.map(({ paper }) => paper))];

/** Papers' figures are few: they are repeated, so that a batch holds about as many of them as of synthetic ones. */
function train(samples: readonly CtSample[]): ReturnType<typeof trainFeatureNetwork> {
  const real = samples.filter(({ paper, positive }) => !positive && paper !== 'synthetic');
  const repeated = Array.from({ length: Math.max(1, Math.round(600 / Math.max(1, real.length))) }, () => real).flat();
  const rest = samples.filter((sample) => !real.includes(sample));
  return trainFeatureNetwork([...rest, ...repeated], { names: ctFeatureNames, hidden: [16], seed: 11, steps: Number(flags.steps), weightDecay: 0.02 });
}

const foldOf = (paper: string): number => Number.parseInt(sha256(`ct-likeness:${paper}`).slice(0, 6), 16) % names.length;
const scored: { readonly score: number; readonly positive: boolean; readonly sample: CtSample }[] = [];
for (const [fold, held] of names.entries()) {
  const isHeld = ({ paper }: CtSample): boolean => paper === held || (!names.includes(paper) && paper !== 'synthetic' && foldOf(paper) === fold);
  const network = await train([...positives, ...papers, ...synthetic].filter((sample) => !isHeld(sample)));
  const own = [...positives, ...papers].filter(isHeld).map((sample) => ({ score: ctLikenessBy(network, sample.features), positive: sample.positive, sample }));
  scored.push(...own);
  const negatives = own.filter(({ positive }) => !positive);
  console.log(`${held}: ${negatives.length} that are no CTs, ${own.length - negatives.length} CTs held out${negatives.length === 0 ? '' : `: AUC ${rocAuc(own).toFixed(4)}`}`);
}
console.log(`all held out: ${scored.length} pictures, AUC ${rocAuc(scored).toFixed(4)} (bound 0.98)`);
const noParts = scored.filter(({ sample }) => !sample.kind.endsWith('a part'));
console.log(`without parts of figures: ${noParts.filter(({ positive }) => !positive).length} that are no CTs, AUC ${rocAuc(noParts).toFixed(4)}`);
for (const kind of new Set(scored.map(({ sample }) => sample.kind))) {
  const own = scored.filter(({ sample }) => sample.kind === kind);
  console.log(`  ${kind}: ${own.length}, scored on the wrong side of 0.5: ${own.filter(({ score, positive }) => score >= 0.5 !== positive).length}`);
}
if (!flags.measure) {
  const network = await train([...positives, ...papers, ...synthetic]);
  await writeFile(new URL('../../src/papers/scorer/ct-network.json', import.meta.url), `${JSON.stringify(network)}\n`);
}
process.exitCode = rocAuc(scored) >= 0.98 ? 0 : 1;
