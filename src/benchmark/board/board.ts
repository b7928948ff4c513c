import { aucHanleyMcNeil, wilsonInterval } from '../../statistics/index.ts';
import { trainedControlNames, type TrainedControl } from '../controls/index.ts';
import { compareModels, type Comparison } from '../comparison/index.ts';
import { bootstrapDraws, imageCases, recipeTitle, type Figure, type RunSummary } from '../evaluation/index.ts';
import type { Prediction } from '../predictions/index.ts';
import { publishedResults, publishedTest } from './published.ts';
import { patientAuc, rowFigures, type BoardFigure } from './row-figures.ts';

/** A model, or a control, with its scores of a board's images. */
export interface BoardModel {
  readonly name: string;
  /** Runs or tables; of folds one each. */
  readonly sources: readonly string[];
  readonly run: RunSummary | undefined;
  /** What a control sees; undefined for a model. */
  readonly sees?: string | undefined;
  /** Of the same images in the same order for all. */
  readonly predictions: readonly Prediction[];
  /** Whether each image is called positive, in the order of the predictions. */
  readonly called: readonly boolean[];
}

/** A board's line. */
export interface BoardRow {
  readonly kind: 'model' | 'control' | 'published';
  readonly name: string;
  readonly sources: readonly string[];
  readonly recipe: string | null;
  readonly architecture: string | null;
  readonly seed: number | null;
  readonly metrics: Readonly<Record<BoardFigure, Figure>>;
  readonly patientAuc: Figure;
  /** Whether the AUC's interval reaches down to that of the best cheating control; null for controls, and without any. */
  readonly overlapsBestControl: boolean | null;
  readonly note: string | null;
}

/** A model (the comparison's first) against the controls of its own training. */
export interface ControlComparison extends Comparison {
  /** What each control sees, in the order of the pairs, and of the models after the first. */
  readonly controls: readonly TrainedControl[];
}

/** Everything that was judged on one part of one track. */
export interface Board {
  readonly track: string;
  readonly trackSeed: number | null;
  /** Null where the track has no folds; over folds every image is scored by the run that did not see it. */
  readonly folds: number | null;
  readonly part: string;
  readonly positive: string;
  readonly n: number;
  readonly positives: number;
  /** Best AUC first. */
  readonly rows: readonly BoardRow[];
  /** The control with the highest AUC: what can be reached without looking at a lung. */
  readonly bestControl: string | null;
  /** Methods by their mean AUC over seeds, and their differences; null without runs. */
  readonly methods: Comparison | null;
  /** Each model whose very training was repeated without lungs, on borders or on shuffled labels, against those controls, paired. */
  readonly againstControls: readonly ControlComparison[];
  /** Runs of folds that could not be shown since others are missing. */
  readonly incomplete: readonly string[];
  /** Controls that are trained as models are, of which this board has none. */
  readonly missingControls: readonly TrainedControl[];
}

/** What a board is made of. */
export interface BoardRequest {
  readonly track: string;
  readonly trackSeed: number | null;
  readonly folds: number | null;
  readonly part: string;
  readonly labels: readonly string[];
  readonly positive: string;
  readonly models: readonly BoardModel[];
  readonly controls: readonly BoardModel[];
  /** Whether figures as printed of the published test list belong beside these. */
  readonly published: boolean;
  readonly incomplete?: readonly string[];
  /** Of the bootstraps; 2,000 unless given. */
  readonly draws?: number;
}

const none: Figure = { value: null, low: null, high: null, interval: null };
const share = (value: number): Figure => {
  const n = publishedTest.positives + publishedTest.negatives;
  const { low, high } = wilsonInterval(value * n, n);
  return { value, low, high, interval: 'wilson' };
};

function publishedRows(): BoardRow[] {
  return publishedResults.map(({ name, source, accuracy, f1, auc, note }) => {
    const { low, high } = aucHanleyMcNeil(auc, publishedTest.positives, publishedTest.negatives);
    const metrics = { auc: { value: auc, low, high, interval: null }, accuracy: share(accuracy), f1: { ...none, value: f1 }, sensitivity: none, specificity: none, brier: none };
    return { kind: 'published', name, sources: [source], recipe: null, architecture: null, seed: null, metrics, patientAuc: none, overlapsBestControl: null, note };
  });
}

function rowOf(model: BoardModel, { labels, positive, draws }: BoardRequest): BoardRow {
  const cases = imageCases(model.predictions, labels, positive).map((one, i) => ({ ...one, called: model.called[i] ?? false }));
  const { configuration } = model.run ?? {};
  return {
    kind: model.sees === undefined ? 'model' : 'control',
    name: model.name,
    sources: model.sources,
    recipe: configuration === undefined ? null : recipeTitle(configuration.recipe),
    architecture: configuration?.architecture ?? null,
    seed: configuration?.seed ?? null,
    metrics: rowFigures(cases, draws),
    patientAuc: patientAuc(model.predictions, labels, positive, draws),
    overlapsBestControl: null,
    note: model.sees ?? null,
  };
}

/** Runs of one recipe and network, whatever their seed, as one method. */
function methodsOf({ models, labels, positive, draws = bootstrapDraws }: BoardRequest): Comparison | null {
  const methods = new Map<string, BoardModel[]>();
  for (const model of models) {
    if (model.run === undefined) continue;
    const { recipe, architecture } = model.run.configuration;
    const name = `${recipeTitle(recipe)}, ${architecture}`;
    methods.set(name, [...(methods.get(name) ?? []), model]);
  }
  if (methods.size === 0) return null;
  const compared = [...methods].map(([name, members]) => ({ name, members: members.map(({ sources, predictions }) => ({ source: sources.join(', '), predictions, threshold: 0.5 })) }));
  return compareModels(compared, labels, positive, draws);
}

/** Recipe, network and seed: what a control that is trained as models are shares with one. */
const trainingOf = ({ configuration: { recipe, architecture, seed } }: RunSummary): string => `${recipeTitle(recipe)}, ${architecture}, seed ${seed}`;

/** Models against the controls of their own training: what the lungs, the centre and the right labels add. */
function againstControlsOf({ models, controls, labels, positive, draws = bootstrapDraws }: BoardRequest): ControlComparison[] {
  return models.flatMap(({ run, predictions, sources }) => {
    if (run === undefined) return [];
    const own = controls.flatMap((control) => {
      const sees = control.run?.configuration.control;
      return sees !== undefined && control.run !== undefined && trainingOf(control.run) === trainingOf(run) ? [{ ...control, sees }] : [];
    });
    if (own.length === 0) return [];
    const member = (model: Pick<BoardModel, 'predictions' | 'sources'>) => [{ source: model.sources.join(', '), predictions: model.predictions, threshold: 0.5 }];
    const compared = [{ name: trainingOf(run), members: member({ predictions, sources }) }, ...own.map((control) => ({ name: control.name, members: member(control) }))];
    return [{ ...compareModels(compared, labels, positive, draws, own.map((_, k) => [0, k + 1])), controls: own.map(({ sees }) => sees) }];
  });
}

/**
 * A leaderboard: models and imported predictions with intervals, cheating controls and printed figures beside them. A row
 * whose AUC's interval reaches down to that of the best control is marked: it may have learned no more than the control.
 */
export function makeBoard(request: BoardRequest): Board {
  const { track, trackSeed, folds, part, positive, labels, models, controls, published, incomplete = [] } = request;
  const judged = [...models, ...controls].map((model) => rowOf(model, request));
  const rows = [...judged, ...(published ? publishedRows() : [])];
  const auc = ({ metrics }: BoardRow) => metrics.auc.value ?? 0;
  const best = judged.filter(({ kind }) => kind === 'control').toSorted((a, b) => auc(b) - auc(a))[0];
  const bound = best?.metrics.auc.high ?? best?.metrics.auc.value ?? undefined;
  const marked = rows.map((row): BoardRow => {
    if (row.kind === 'control' || bound === undefined) return row;
    return { ...row, overlapsBestControl: (row.metrics.auc.low ?? auc(row)) <= bound };
  });
  const [some] = [...models, ...controls];
  const positives = (some?.predictions ?? []).filter(({ entry }) => entry.label === positive).length;
  return {
    track,
    trackSeed,
    folds,
    part,
    positive,
    n: some?.predictions.length ?? 0,
    positives,
    rows: marked.toSorted((a, b) => auc(b) - auc(a)),
    bestControl: best?.name ?? null,
    methods: labels.length === 2 ? methodsOf(request) : null,
    againstControls: labels.length === 2 ? againstControlsOf(request) : [],
    incomplete,
    missingControls: trainedControlNames.filter((name) => !controls.some(({ run }) => run?.configuration.control === name)),
  };
}
