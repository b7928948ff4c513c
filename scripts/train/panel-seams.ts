/**
 * Trains what tells seams between panels from edges within them, in two stages: `whole-network.json` and `several-network.json` look at regions
 * from afar (is a tile cut? is it more than one?), `seam-network.json` weighs what they say with what is seen along the line.
 * Composites are made from half of the release's pictures (seeds 0…); singles are those pictures themselves, and synthetic plots and diagrams.
 * The first stage is trained on either half of those pictures to serve the second on the other, then on both.
 * Run: npm run train:panel-seams [-- --figures 400] [--steps 4000] [--keep DIR]
 * Samples are kept in DIR, and made once: a run that was stopped goes on. `--share 0/2` and `--share 1/2` make them in two processes, and do not train.
 */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom, terminalProgress } from '../../src/base/index.ts';
import { featureLogit, type FeatureNetwork } from '../../src/imaging/index.ts';
import { regionLookNames } from '../../src/papers/panels/region-look.ts';
import { seamNumbers, seamNumberNames, type RegionNetworks } from '../../src/papers/panels/seam-odds.ts';
import { rocAuc } from '../../src/statistics/index.ts';
import { makeSamples } from '../../tests/support/seam-sample-files.ts';
import type { RegionSample, SeamSample } from '../../tests/support/seam-samples.ts';
import { trainFeatureNetwork, type FeatureSample } from './feature-network.ts';

const { values: flags } = parseArgs({ options: { figures: { type: 'string', default: '400' }, steps: { type: 'string', default: '4000' }, keep: { type: 'string', default: join(tmpdir(), 'covid-ct-panel-samples') }, share: { type: 'string' } } });
const [index, of] = (flags.share ?? '0/1').split('/').map(Number);
const chunks = await makeSamples(flags.keep, Number(flags.figures), { index: index ?? 0, of: of ?? 1 }, terminalProgress());
if (flags.share !== undefined) process.exit(0);

const random = createRandom(3);
/** So many at most, by chance. */
function some<T>(samples: readonly T[], most: number): readonly T[] {
  return samples.length <= most ? samples : Array.from({ length: most }, () => random.pick(samples));
}

function report(name: string, network: FeatureNetwork, samples: readonly FeatureSample[]): void {
  if (samples.length === 0) return;
  const scored = some(samples, 5000).map(({ features, positive }) => ({ score: featureLogit(network, features), positive }));
  const wrong = scored.filter(({ score, positive }) => score > 0 !== positive).length;
  console.log(`${name}: ${samples.length} samples; of ${scored.length}, ${scored.filter(({ positive }) => positive).length} of them positive; AUC ${rocAuc(scored).toFixed(4)}, wrong ${wrong}, missed ${scored.filter(({ score, positive }) => positive && score <= 0).length}`);
}

/** Regions that a network is trained on; a part of the many of large composites. */
const mostRegions = 30_000;
const features = ({ look }: RegionSample): number[] => [...look];

/** Rows for the two networks that look at regions; each region once, however many seams it has. */
function regionRows(samples: readonly SeamSample[]): { readonly several: FeatureSample[]; readonly whole: FeatureSample[] } {
  const regions = new Set(samples.flatMap(({ region, parts }) => [region, ...parts]));
  const several: RegionSample[] = [];
  const whole: RegionSample[] = [];
  for (const region of regions) {
    if (region.kind === 'one' || region.kind === 'several') several.push(region);
    if (region.kind !== 'unclear') whole.push(region);
  }
  return {
    several: some(several, mostRegions).map((region) => ({ features: features(region), positive: region.kind === 'several' })),
    whole: some(whole, mostRegions).map((region) => ({ features: features(region), positive: region.kind !== 'broken' })),
  };
}

async function trainRegions(samples: readonly SeamSample[], judge: readonly SeamSample[], name: string): Promise<RegionNetworks> {
  const [rows, others] = [regionRows(samples), regionRows(judge)];
  const train = (of: readonly FeatureSample[], seed: number): Promise<FeatureNetwork> => trainFeatureNetwork(of, { names: regionLookNames, hidden: [32, 16], seed, steps: Number(flags.steps), weightDecay: 0.05, digits: 3 });
  const networks = { several: await train(rows.several, 11), whole: await train(rows.whole, 12) };
  for (const which of ['several', 'whole'] as const) {
    report(`${name}, ${which}, training`, networks[which], rows[which]);
    report(`${name}, ${which}, other pictures`, networks[which], others[which]);
  }
  return networks;
}

const samplesOf = (fold: 0 | 1): SeamSample[] => chunks.filter((chunk) => chunk.fold === fold).flatMap(({ samples }) => samples);
const folds = [samplesOf(0), samplesOf(1)] as const;
const crossed = [await trainRegions(folds[1], folds[0], 'fold 1'), await trainRegions(folds[0], folds[1], 'fold 0')] as const;
const rows = ([0, 1] as const).map((fold): FeatureSample[] => folds[fold].map(({ look, region, parts, positive }) => ({ features: seamNumbers(look, features(region), parts.map(features), crossed[fold]), positive })));
const [first = [], second = []] = rows;
const seamOptions = { names: seamNumberNames, hidden: [20, 10], seed: 7, steps: Number(flags.steps) };
const half = await trainFeatureNetwork(first, seamOptions);
report('seams, fold 0, training', half, first);
report('seams, fold 0, other pictures', half, second);
const seams = await trainFeatureNetwork([...first, ...second], seamOptions);
report('seams, both', seams, [...first, ...second]);
const both = await trainRegions([...folds[0], ...folds[1]], [], 'both');
for (const [name, network] of Object.entries({ seam: seams, several: both.several, whole: both.whole })) await writeFile(new URL(`../../src/papers/panels/${name}-network.json`, import.meta.url), `${JSON.stringify(network)}\n`);
