import { comparisonLines, differenceText, pText, type ComparedPair } from '../comparison/index.ts';
import { benchmarkNotice, figureText, figureTitles, reportBanners, stackedFigure, type EvaluationContext, type Figure } from '../evaluation/index.ts';
import { forestPlot, html, renderPage, renderTable, type Html, type IntervalRow } from '../../report/index.ts';
import type { Board, BoardRow } from './board.ts';
import { boardFigures } from './row-figures.ts';

/** What boards are of. */
export type BoardContext = Pick<EvaluationContext, 'release' | 'version'>;

/** A board's title: the track, its seed, its folds. */
export function boardTitle({ track, trackSeed, folds, part }: Board): string {
  return `${track}${trackSeed === null ? '' : `, seed ${trackSeed}`}${folds === null ? `, ${part}` : `, ${folds} folds, out of fold`}`;
}

/** How a board is to be read, in sentences. */
export function boardLines(board: Board): string[] {
  return [
    `${board.n} images, ${board.positive} positive (${board.positives}); AUC with 95 % intervals over patients. Accuracy, F1, sensitivity and specificity are at Youden’s threshold on each model’s validation predictions, 0.5 without them.`,
    ...(board.folds === null ? [] : ['Every image is scored by the run that neither trained nor validated on it; the scores of all folds are put together.']),
    ...(board.bestControl === null ? ['No control stands beside these figures: they cannot be told from cheating.'] : [`Marked ≈: the AUC’s interval reaches down to that of the best control, ${board.bestControl}. Controls are made so that they cannot tell disease: what such a model gains over them may be nothing.`]),
    ...(board.missingControls.length === 0 ? [] : [`Not trained for this track, and missing beside these figures: ${board.missingControls.join(', ')} (covid-ct train transfer --control NAME).`]),
    ...(board.rows.some(({ kind }) => kind === 'published') ? ['Published figures are as printed; their AUC’s interval is Hanley and McNeil’s for 98 and 105 images, that of the accuracy Wilson’s.'] : []),
    ...(board.incomplete.length === 0 ? [] : [`Left out, since folds are missing: ${board.incomplete.join('; ')}.`]),
  ];
}

/** The mark of a row. */
export const markOf = (row: BoardRow): string => (row.overlapsBestControl === true ? '≈' : '');

const whole = (figure: Figure): Html => html`<span class="whole">${figureText(figure)}</span>`;

/** The Brier score is in `--json`: a page has no room for it. */
const shown = boardFigures.filter((name) => name !== 'brier');

function nameCell({ kind, name, sources, recipe, architecture, seed, note }: BoardRow): Html {
  const run = recipe === null ? [] : [`${recipe}, ${architecture ?? ''}, seed ${seed ?? ''}`];
  const about = [...(kind === 'published' ? sources : kind === 'control' ? ['control'] : []), ...run, ...(note === null ? [] : [note])].join(' · ');
  return html`<div class="wide">${name}${about === '' ? null : html`<br><span class="quiet small">${about}</span>`}</div>`;
}

function boardTable(board: Board): Html {
  return renderTable({
    title: `Board: ${boardTitle(board)}`,
    columns: ['', 'name', ...shown.map((name) => figureTitles[name]), 'AUC by patient'],
    rows: board.rows.map((row) => [
      row.overlapsBestControl === true ? html`<span class="tag warning" title="overlaps the best control">≈ control</span>` : html``,
      nameCell(row),
      ...shown.map((name) => stackedFigure(row.metrics[name])),
      stackedFigure(row.patientAuc),
    ]),
  });
}

function boardPlot(board: Board): Html {
  const rows = board.rows.flatMap(({ name, kind, metrics: { auc } }): IntervalRow[] => {
    if (auc.value === null) return [];
    const short = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    return [{ label: `${kind === 'control' ? '◇ ' : kind === 'published' ? '“ ' : ''}${short}`, value: auc.value, low: auc.low, high: auc.high }];
  });
  const floor = Math.max(0, Math.floor(Math.min(0.5, ...rows.map(({ value, low }) => low ?? value)) * 10) / 10);
  return forestPlot(rows, { title: 'ROC AUC with 95 % intervals', domain: [floor, 1], reference: 0.5, ticks: [floor, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((tick, i, all) => all.indexOf(tick) === i) });
}

const differenceColumns = ['DeLong', 'p', 'Holm', 'over patients', 'p', 'Holm'] as const;

/** A pair's difference of the AUC under {@link differenceColumns}. */
const differenceCells = ({ delong, bootstrap: { auc } }: ComparedPair): Html[] =>
  [differenceText(delong), pText(delong.p), pText(delong.pHolm), differenceText(auc), pText(auc?.p), pText(auc?.pHolm)].map((text) => html`<span class="whole">${text}</span>`);

function methodsTables({ methods }: Board): Html | null {
  if (methods === null || (methods.pairs.length === 0 && methods.models.every(({ sources }) => sources.length < 2))) return null;
  const means = renderTable({
    title: 'Methods: mean AUC over their seeds',
    columns: ['method', 'seeds', 'ROC AUC', 'AUC by patient'],
    rows: methods.models.map(({ name, sources, metrics, patientAuc }) => [html`${name}`, sources.length, whole(metrics.auc), whole(patientAuc)]),
    note: 'The interval is of the test images’ sampling, for the trainings that were made; the spread over seeds stands in the board above.',
  });
  const pairs = renderTable({
    title: 'Differences of the mean AUC',
    columns: ['first', 'second', ...differenceColumns],
    rows: methods.pairs.map((pair) => [html`${pair.first}`, html`${pair.second}`, ...differenceCells(pair)]),
    note: comparisonLines(methods)[1],
  });
  return html`${means}${methods.pairs.length === 0 ? null : pairs}`;
}

/** What a training gains by lungs, by the centre of pictures, by the right labels. */
function controlTables({ againstControls }: Board): Html {
  return html`${againstControls.map((comparison) =>
    renderTable({
      title: `${comparison.models[0]?.name ?? ''}, against the same training as a control: difference of the AUC`,
      columns: ['control', 'its ROC AUC', ...differenceColumns],
      rows: comparison.pairs.map((pair, i) => [html`${pair.second}`, whole(comparison.models[i + 1]?.metrics.auc ?? { value: null, low: null, high: null, interval: null }), ...differenceCells(pair)]),
      note: 'Where the difference’s interval holds 0, this model is not shown to use what the control was not given.',
    }),
  )}`;
}

/** Boards as one self-contained HTML page, one section a track. */
export function renderBoards(boards: readonly Board[], context: BoardContext): string {
  return renderPage({
    title: `Leaderboard of ${context.release.name}`,
    subtitle: `One board a track; covid-ct ${context.version}`,
    banners: reportBanners(context),
    sections: boards.map((board, i) => ({
      id: `board-${i + 1}`,
      title: `Track ${boardTitle(board)}`,
      body: html`${boardLines(board).map((line) => html`<p class="quiet">${line}</p>`)}<p class="quiet">◇ control · “ as printed</p>${boardPlot(board)}${boardTable(board)}${methodsTables(board)}${controlTables(board)}`,
    })),
    footer: html`<p>${benchmarkNotice}</p>`,
  });
}

/** What `covid-ct board --json` prints. */
export function boardsDocument(boards: readonly Board[], context: BoardContext): object {
  return { format: 'covid-ct board 1', version: context.version, notice: benchmarkNotice, release: { name: context.release.name, synthetic: context.release.synthetic }, boards };
}
