import { boardFigures, differenceText, figureText, figureTitles, markOf, pText, type Board, type BoardRow, type PretrainingDocument, type RunDocument, type StudiedModel } from '../../src/benchmark/index.ts';
import { formatBytes, formatDuration } from '../../src/base/index.ts';
import { mean } from '../../src/statistics/index.ts';
import type { EpochCost, TestAccess } from './files.ts';
import { attentionSection, type AttentiveRun } from './render-attention.ts';
import { lossSection, slicesSection, type RobustRun } from './render-loss.ts';
import { markdownTable as table } from './markdown.ts';
import { aboveStatement, boardOf, methodOf, printedSelfTransAuc, type Method } from './methods.ts';
import { askedOfTransfer, type PlannedRun } from './plan.ts';
import { densenetSection } from './render-densenet169.ts';
import { searchSection } from './render-search.ts';
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

function transferSection({ boards }: Results): string {
  const rows = (boardOf(boards, 'legacy')?.rows ?? []).filter(({ kind, recipe, seed }) => kind === 'model' && recipe === 'transfer' && seed !== null && (askedOfTransfer.seeds as readonly number[]).includes(seed));
  const aucs = rows.toSorted((a, b) => (a.seed ?? 0) - (b.seed ?? 0)).map(({ seed, metrics }) => ({ seed, auc: metrics.auc.value ?? Number.NaN }));
  const average = mean(aucs.map(({ auc }) => auc));
  const verdict = aucs.length < askedOfTransfer.seeds.length
    ? `${aucs.length} of ${askedOfTransfer.seeds.length} seeds are there${aucs.length === 0 ? '' : `, with a mean of ${average.toFixed(3)}`}: not decided yet.`
    : `mean ${average.toFixed(3)}, ${average >= askedOfTransfer.bound ? 'reached' : 'not reached'}.`;
  return `## Transfer on the published lists, seeds 0 to 4
Asked for: a mean AUC of at least ${askedOfTransfer.bound} by the recipe transfer, EfficientNet-Lite0. ${aucs.length === 0 ? '' : `Found: ${aucs.map(({ seed, auc }) => `${auc.toFixed(3)} (seed ${seed ?? ''})`).join(', ')}. `}${verdict[0]?.toUpperCase() ?? ''}${verdict.slice(1)}
The same recipe in PyTorch 2.15 reached ${askedOfTransfer.torch.join(', ')} (seeds 0 to 2; measured beforehand, not by this program).`;
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

The published AUC, ${printedSelfTransAuc(boards)} (interval by Hanley and McNeil, of DenseNet-169), stands beside them in the table of the legacy track.

Pretraining ([TRAINING.md](TRAINING.md#pretraining)); the probe's AUC is of validation images:

${made}`;
}

function costSection({ runs }: Results): string {
  const rows = runs.map(({ id, configuration: { recipe, data }, seconds, environment }) => [id, `${data.train}, ${data.val}, ${data.test}`, String(recipe.epochs), formatDuration(seconds), `${environment.cpu}, ${environment.cores} ${environment.cores === 1 ? 'core' : 'cores'}, ${formatBytes(environment.memory)}`]);
  return `## What the runs took
Time is of arithmetic and feeding, as it was: several were made while the machine was doing other work.

${rows.length === 0 ? 'None is made yet.' : table(['run', 'train, val, test', 'epochs', 'time', 'on'], rows)}`;
}

function accessSection({ access }: Results): string {
  return `## Every time that test images were scored
A recipe is committed before its runs; each scoring is a line of \`results/test-access.jsonl\`.

${access.length === 0 ? 'None yet.' : table(['when', 'run', 'recipe', 'images', 'program'], access.map(({ when, run, recipe, images, commit, note }) => [when.slice(0, 16).replace('T', ' '), note === undefined ? run : `${run} (${note})`, recipe.slice(0, 12), String(images), commit.slice(0, 12)]))}`;
}

/** docs/RESULTS.md, whole. */
export function renderResults(results: Results): string {
  const sections = [top(results), ...results.boards.map(boardSection), transferSection(results), trainedControlsSection(results), selfTransSection(results), lossSection(results.robust), attentionSection(results.attentive), slicesSection(results.slices), searchSection(results.boards, results.search), densenetSection(results), costSection(results), accessSection(results)];
  return `${sections.join('\n\n')}\n`;
}
