import { boardFigures, differenceText, figureText, figureTitles, markOf, pText, type Board, type BoardRow, type PretrainingDocument, type RunDocument, type StudiedModel } from '../../src/benchmark/index.ts';
import { formatBytes, formatDuration } from '../../src/base/index.ts';
import type { EpochCost, TestAccess } from './files.ts';
import { attentionSection, type AttentiveRun } from './render-attention.ts';
import { lossSection, slicesSection, type RobustRun } from './render-loss.ts';
import { markdownTable as table } from './markdown.ts';
import { plannedModel, type PlannedRun } from './plan.ts';
import { searchFolds, searchHours } from './search/candidates.ts';
import type { Standing } from './search/ledger.ts';

/** Everything that docs/RESULTS.md says is made from this. */
export interface Results {
  /** One a track, with controls and printed figures. */
  readonly boards: readonly Board[];
  readonly planned: readonly PlannedRun[];
  readonly missing: readonly PlannedRun[];
  readonly runs: readonly RunDocument[];
  readonly pretrainings: readonly PretrainingDocument[];
  readonly access: readonly TestAccess[];
  readonly epochCost: EpochCost | undefined;
  readonly search: Standing;
  readonly robust: readonly RobustRun[];
  readonly attentive: readonly AttentiveRun[];
  /** Of trainings in folds. */
  readonly slices: readonly StudiedModel[];
}

type Method = NonNullable<Board['methods']>['models'][number];

const boardOf = (boards: readonly Board[], track: string): Board | undefined => boards.find((board) => board.track === track && board.folds === null);
/** A method's name on a board, as the planned runs have it. */
const methodName = (recipe: string): string => `${recipe}, ${plannedModel}`;
const methodOf = (board: Board | undefined, recipe: string): Method | undefined => board?.methods?.models.find(({ name }) => name === methodName(recipe));

/** A figure that has an interval. */
function known(figure: Method['metrics']['auc'] | undefined): { readonly value: number; readonly low: number; readonly high: number } | undefined {
  if (figure === undefined || figure.value === null || figure.low === null || figure.high === null) return undefined;
  return { value: figure.value, low: figure.low, high: figure.high };
}

/** What the clean track costs a recipe, in one sentence; undefined while there are no runs of it on both tracks. */
function cleanCost(boards: readonly Board[], recipe: string): string | undefined {
  const [legacy, clean] = [methodOf(boardOf(boards, 'legacy'), recipe), methodOf(boardOf(boards, 'clean'), recipe)];
  const [a, b] = [known(legacy?.metrics.auc), known(clean?.metrics.auc)];
  if (a === undefined || b === undefined) return undefined;
  // Of two independent normal estimates the intervals' halves add as their squares.
  const spread = Math.hypot(a.high - a.low, b.high - b.low) / 2;
  const cost = a.value - b.value;
  const seeds = `${legacy?.sources.length ?? 0} and ${clean?.sources.length ?? 0} seeds`;
  const verdict = cost - spread > 0 ? '' : ' — a cost that these test sets are too small to show';
  return `**What the clean track costs**: ${recipe} has a mean AUC of ${figureText(legacy?.metrics.auc)} on the published lists and of ${figureText(clean?.metrics.auc)} where nothing leaks (${seeds}), ${differenceText({ value: cost, low: cost - spread, high: cost + spread, p: 1, pHolm: 1 })} lost${verdict} (interval of the difference as if the two test sets were independent).`;
}

/** What blacking out the lungs costs, in one sentence a track; empty while no such control is trained. */
function withoutLungs(boards: readonly Board[]): string {
  const lines = boards.filter(({ folds }) => folds === null).flatMap(({ track, againstControls }) =>
    againstControls.flatMap(({ pairs, models, controls }) => pairs.flatMap(({ first, bootstrap: { auc } }, i) => {
      if (controls[i] !== 'lungs-out' || auc === null) return [];
      // By the p that is corrected for the controls that this training is set against, as the table below.
      const verdict = (auc.pHolm ?? 1) < 0.05 && auc.value > 0 ? 'lungs help' : auc.low > 0 ? `lungs help by this interval, but not once it is corrected for ${pairs.length} controls (p ${pText(auc.pHolm)})` : 'it is not shown that lungs help';
      return [`on the ${track} track ${first} has an AUC of ${figureText(models[0]?.metrics.auc)}, the same training on pictures whose lungs are blacked out ${figureText(models[i + 1]?.metrics.auc)}, a difference of ${differenceText(auc)}: ${verdict}`];
    })));
  return lines.length === 0 ? '' : `\n\n**Without lungs**: ${lines.join('; ')}.`;
}

function top({ boards, planned, missing }: Results): string {
  const costs = ['transfer', 'scratch', 'self-trans'].map((recipe) => cleanCost(boards, recipe)).find((line) => line !== undefined);
  const cost = costs ?? '**What the clean track costs** is not known yet: it needs a recipe\'s runs on both tracks.';
  return `# Results

For research, never for diagnosis. COVID and NonCOVID pictures come from different sources: read every figure beside the controls that
never see a lung.

${cost}${withoutLungs(boards)}

**Not there yet**: ${missing.length === 0 ? 'nothing; every planned run is made' : `${missing.length} of ${planned.length} planned runs (\`npm run results:missing\` lists them): ${countsOf(missing)}`}.

**Bit depth**: pictures cut from papers have 8 bits already, so that the cost of losing Hounsfield units cannot be measured on them.

Every figure below is computed from the predictions in \`results/\` by \`npm run results\`; a test compares
(\`npx vitest run --project real tests/real/results.test.ts\`). A run is made by \`npm run results:run -- NAME\`. Intervals are of 95 %, over
2,000 draws of patients ([BENCHMARK.md](BENCHMARK.md)); they do not hold the chance of training, which the spread over seeds shows.`;
}

/** `self-trans legacy 3, scratch folds 5`. */
function countsOf(runs: readonly PlannedRun[]): string {
  const counts = new Map<string, number>();
  for (const { recipe, track, fold, control } of runs) {
    const key = control === undefined ? `${recipe} ${fold === undefined ? track : 'folds'}` : 'trained controls';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).join(', ');
}

function nameOf({ kind, name, recipe, seed }: BoardRow): string {
  if (kind === 'control') return `*control: ${name}*`;
  if (kind === 'published') return `“${name}”, as printed`;
  return recipe === null ? name : `${recipe}, seed ${seed ?? ''}`;
}

function boardSection(board: Board): string {
  const shown = boardFigures.filter((name) => name !== 'brier');
  const title = board.folds === null ? `The ${board.track} track` : `The ${board.track} track in ${board.folds} folds, every image scored by the run that did not see it`;
  const { methods } = board;
  const many = methods !== null && methods.models.some(({ sources }) => sources.length > 1);
  const means = many ? `\n\nMean over seeds:\n\n${table(['method', 'seeds', 'ROC AUC', 'accuracy', 'AUC by patient'], (methods?.models ?? []).map(({ name, sources, metrics, patientAuc }) => [name, String(sources.length), figureText(metrics.auc), figureText(metrics.accuracy), figureText(patientAuc)]))}` : '';
  const pairs = (methods?.pairs.length ?? 0) > 0
    ? `\n\nDifferences of the mean AUC:\n\n${table(['first − second', 'over patients', 'p', 'Holm', 'DeLong, images', 'p', 'Holm'], (methods?.pairs ?? []).map(({ first, second, delong, bootstrap: { auc } }) => [`${first} − ${second}`, differenceText(auc), pText(auc?.p), pText(auc?.pHolm), differenceText(delong), pText(delong.p), pText(delong.pHolm)]))}`
    : '';
  const left = board.incomplete.length === 0 ? '' : `\n\nLeft out, since folds are missing: ${board.incomplete.join('; ')}.`;
  return `## ${title}
\`npx covid-ct board results --release ../shared/data/covid-ct\`. ${board.n} images, ${board.positives} ${board.positive}, which is the positive class; thresholds by
Youden on validation. ≈: the interval of the AUC reaches down to that of the best control${board.bestControl === null ? '' : ` (${board.bestControl})`}.${board.rows.some(({ kind }) => kind === 'published') ? ' Figures as printed\nhave the F1 of NonCOVID, and intervals by their sizes alone (Hanley and McNeil, Wilson).' : ''}

${table(['', 'name', ...shown.map((name) => figureTitles[name]), 'AUC by patient'], board.rows.map((row) => [markOf(row), nameOf(row), ...shown.map((name) => figureText(row.metrics[name])), figureText(row.patientAuc)]))}${means}${pairs}${left}`;
}

/** What a training gains by lungs, by the centre of pictures, by the right labels. */
function trainedControlsSection({ boards }: Results): string {
  const rows = boards.filter(({ folds }) => folds === null).flatMap(({ track, againstControls }) =>
    againstControls.flatMap(({ pairs, models, controls }) => pairs.map(({ first, delong, bootstrap: { auc } }, i) => [
      track, first, figureText(models[0]?.metrics.auc), controls[i] ?? '', figureText(models[i + 1]?.metrics.auc), differenceText(auc), pText(auc?.pHolm), differenceText(delong), pText(delong.pHolm),
    ])));
  return `## The same training without lungs
A control is the very training of a model (recipe, network, seed, images) on pictures that tell nothing of disease: lungs blacked out, the outer tenth of each side alone, or labels
shuffled (\`npx covid-ct train transfer --control NAME\`). Lungs are found by a mask and blacked out with a margin; what it misses stays, and so does their outline
([LUNG-MASK.md](LUNG-MASK.md)); where it finds none, all but the border goes. Differences are paired, p with Holm's correction over the controls.

${rows.length === 0 ? 'Not made yet.' : table(['track', 'model', 'ROC AUC', 'control', 'its ROC AUC', 'model − control, over patients', 'p', 'DeLong, images', 'p'], rows)}`;
}

/** Mean AUC that the issue asks of transfer on the published lists, and what torch 2.15 reached by the same recipe. */
const asked = { seeds: [0, 1, 2, 3, 4], bound: 0.756, torch: [0.866, 0.811, 0.771] } as const;

function transferSection({ boards }: Results): string {
  const rows = (boardOf(boards, 'legacy')?.rows ?? []).filter(({ kind, recipe, seed }) => kind === 'model' && recipe === 'transfer' && seed !== null && (asked.seeds as readonly number[]).includes(seed));
  const aucs = rows.toSorted((a, b) => (a.seed ?? 0) - (b.seed ?? 0)).map(({ seed, metrics }) => ({ seed, auc: metrics.auc.value ?? Number.NaN }));
  const mean = aucs.reduce((sum, { auc }) => sum + auc, 0) / aucs.length;
  const verdict = aucs.length < asked.seeds.length
    ? `${aucs.length} of ${asked.seeds.length} seeds are there${aucs.length === 0 ? '' : `, with a mean of ${mean.toFixed(3)}`}: not decided yet.`
    : `mean ${mean.toFixed(3)}, ${mean >= asked.bound ? 'reached' : 'not reached'}.`;
  return `## Transfer on the published lists, seeds 0 to 4
Asked for: a mean AUC of at least ${asked.bound} by the recipe transfer, EfficientNet-Lite0. ${aucs.length === 0 ? '' : `Found: ${aucs.map(({ seed, auc }) => `${auc.toFixed(3)} (seed ${seed ?? ''})`).join(', ')}. `}${verdict[0]?.toUpperCase() ?? ''}${verdict.slice(1)}
The same recipe in PyTorch 2.15 reached ${asked.torch.join(', ')} (seeds 0 to 2; measured beforehand, not by this program).`;
}

/** Whether a method is above another: a plain statement. */
function aboveStatement(board: Board, first: string, second: string): string {
  const where = board.folds === null ? board.track : `${board.track}, ${board.folds} folds`;
  const pair = board.methods?.pairs.find((one) => [one.first, one.second].every((name) => [methodName(first), methodName(second)].includes(name)));
  const found = pair?.bootstrap.auc ?? null;
  if (pair === undefined || found === null) return `${where}: ${first} against ${second} cannot be said yet.`;
  const sign = pair.first === methodName(first) ? 1 : -1;
  const [low, high] = sign === 1 ? [found.low, found.high] : [-found.high, -found.low];
  const difference = { ...found, value: sign * found.value, low, high };
  const verdict = low > 0 ? 'above' : high < 0 ? 'below' : 'not shown to be above';
  return `${where}: ${first} is ${verdict} ${second}, ${differenceText(difference)}.`;
}

function selfTransSection({ boards, pretrainings }: Results): string {
  const statements = boards.flatMap((board) => ['scratch', 'transfer'].map((other) => `- ${aboveStatement(board, 'self-trans', other)}`));
  const probe = (found: { readonly auc: number; readonly low: number; readonly high: number } | null | undefined) => (found === undefined || found === null ? '–' : `${found.auc.toFixed(3)} (${found.low.toFixed(3)}–${found.high.toFixed(3)})`);
  const rows = pretrainings.map(({ id, steps, seconds, random, before, after, configuration: { data } }) => [
    id,
    `${data.pictures}${data.transductive ? ', transductive' : ''}`,
    String(steps),
    formatDuration(seconds),
    `${before?.contrastive.toFixed(3) ?? '–'} → ${after?.contrastive.toFixed(3) ?? '–'} (${data.heldOut} pictures, chance ${(1 / data.heldOut).toFixed(3)})`,
    probe(random),
    probe(before?.probe),
    probe(after?.probe),
  ]);
  const made = rows.length === 0 ? 'No pretraining is made yet.' : table(['pretraining', 'pictures', 'steps', 'time', 'held-out contrastive accuracy', 'probe: random', 'before', 'after'], rows);
  return `## Self-Trans
Is it above scratch and above transfer? Mean AUC over seeds, difference over patients:

${statements.length === 0 ? '- Not a run is there yet.' : statements.join('\n')}

The published AUC of 0.94 (interval by Hanley and McNeil 0.905 to 0.975, of DenseNet-169) stands beside them in the table of the legacy track.

Pretraining ([TRAINING.md](TRAINING.md#pretraining)); the probe's AUC is of validation images:

${made}`;
}

function costSection({ runs }: Results): string {
  const rows = runs.map(({ id, configuration: { recipe, data }, seconds, environment }) => [id, `${data.train}, ${data.val}, ${data.test}`, String(recipe.epochs), formatDuration(seconds), `${environment.cpu}, ${environment.cores} ${environment.cores === 1 ? 'core' : 'cores'}, ${formatBytes(environment.memory)}`]);
  return `## What the runs took
Time is of arithmetic and feeding, as it was: several were made while the machine was doing other work.

${rows.length === 0 ? 'None is made yet.' : table(['run', 'train, val, test', 'epochs', 'time', 'on'], rows)}`;
}

function searchSection({ search }: Results): string {
  const { ranking, hours, winner } = search;
  const state = winner === undefined ? `It is not done: ${hours.toFixed(1)} of at most ${searchHours} machine hours are used` : `The winner is ${winner}, after ${hours.toFixed(1)} machine hours`;
  const tried = ranking.filter(({ trainings }) => trainings > 0);
  return `## A recipe for two cores, by cross-validation
\`npm run results:search\` compares ${ranking.length} recipes (moving average, mirrored views, stronger augmentation, label smoothing, the lungs' box, …) on ${searchFolds} grouped
folds of train + val; test images are in none. ${state}; every training is a line of \`results/search/ledger.jsonl\`. The winner is frozen and
committed (\`-- --freeze\`) before \`npm run results:searched\` scores it on test.${tried.length === 0 ? '' : `\n\n${table(['recipe', 'trainings', 'mean AUC, held-out folds'], tried.map(({ name, trainings, meanAuc }) => [name, String(trainings), meanAuc.toFixed(3)]))}`}`;
}

/** The published Self-Trans, its three stages, what came out and what was cut; of the last run that was made. */
function publishedSelfTrans({ boards, runs, pretrainings }: Results): string {
  const preset = 'published-self-trans';
  const run = runs.findLast(({ configuration: { recipe } }) => recipe.preset === preset);
  const stages = pretrainings.filter(({ configuration: { plan } }) => plan.preset === preset);
  const slices = stages.find(({ configuration: { data } }) => data.kind === 'pictures');
  const images = stages.find(({ configuration: { data } }) => data.kind === 'training-images');
  if (run === undefined || slices === undefined || images === undefined) return `\`${preset}\` end to end (\`npm run results:${preset}\`, 10 epochs a stage) is not made yet.`;
  const row = boardOf(boards, 'legacy')?.rows.find(({ sources }) => sources.some((source) => source.includes(preset)));
  const { recipe, architecture, threads } = run.configuration;
  return `\`${preset}\` end to end with ${architecture} (\`npm run results:${preset}\`): MoCo on ${slices.configuration.data.pictures} slices of LUNA16 took ${formatDuration(slices.seconds)}, MoCo on the
${images.configuration.data.pictures} training images ${formatDuration(images.seconds)}, fine-tuning ${formatDuration(run.seconds)}, ${threads === 1 ? 'one thread' : `${threads} threads`}. AUC ${figureText(row?.metrics.auc)} on the published test list, 0.94 as printed.
**Cut**: ${recipe.epochs} epochs of each stage instead of 50, ${slices.configuration.data.pictures} slices instead of all of LUNA16, and weights drawn by the seed instead of ImageNet's: the figure
says nothing of what the whole preset reaches.`;
}

function densenetSection(results: Results): string {
  const cuts = publishedSelfTrans(results);
  const { epochCost } = results;
  if (epochCost === undefined) return `## DenseNet-169\nAn epoch of \`published-densenet169\` is not measured yet (\`npm run results:published-epoch\`).\n\n${cuts}`;
  const { epoch, epochs, images, environment, load, cpuSeconds } = epochCost;
  const busy = Math.max(load.before, load.after) > environment.cores + 1 ? `, **while the machine was doing other work** (load ${load.before.toFixed(1)} to ${load.after.toFixed(1)} on ${environment.cores} cores): a bound from above; the processor's own time was ${formatDuration(cpuSeconds)} over all threads, so that an epoch takes about ${formatDuration(cpuSeconds / environment.cores)} where nothing else runs, the preset ${formatDuration((cpuSeconds / environment.cores) * epochs)}` : '';
  return `## DenseNet-169
One real epoch of \`published-densenet169\` (\`npm run results:published-epoch\`): ${images} images at 224 pixels in ${epoch.steps} steps, validation included, took ${formatDuration(epoch.seconds)} and
${formatBytes(epoch.peakMemoryBytes)} at its peak${busy} (${environment.cpu}, ${environment.cores} cores). The whole preset, ${epochs} epochs: ${formatDuration(epoch.seconds * epochs)}. The script's 3,000 epochs: ${formatDuration(epoch.seconds * 3000)}.

${cuts}`;
}

function accessSection({ access }: Results): string {
  return `## Every time that test images were scored
A recipe is committed before its runs; each scoring is a line of \`results/test-access.jsonl\`.

${access.length === 0 ? 'None yet.' : table(['when', 'run', 'recipe', 'images', 'program'], access.map(({ when, run, recipe, images, commit, note }) => [when.slice(0, 16).replace('T', ' '), note === undefined ? run : `${run} (${note})`, recipe.slice(0, 12), String(images), commit.slice(0, 12)]))}`;
}

/** docs/RESULTS.md, whole. */
export function renderResults(results: Results): string {
  const sections = [top(results), ...results.boards.map(boardSection), transferSection(results), trainedControlsSection(results), selfTransSection(results), lossSection(results.robust), attentionSection(results.attentive), slicesSection(results.slices), searchSection(results), densenetSection(results), costSection(results), accessSection(results)];
  return `${sections.join('\n\n')}\n`;
}
