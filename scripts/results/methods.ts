import { differenceText, figureText, type Board } from '../../src/benchmark/index.ts';
import { plannedModel } from './plan.ts';

/** All seeds of a recipe. */
export type Method = NonNullable<Board['methods']>['models'][number];

/** The board of a track that is not in folds. */
export const boardOf = (boards: readonly Board[], track: string): Board | undefined => boards.find((board) => board.track === track && board.folds === null);
/** A method's name on a board, as the planned runs have it. */
const methodName = (recipe: string): string => `${recipe}, ${plannedModel}`;
/** The mean over a recipe's seeds. */
export const methodOf = (board: Board | undefined, recipe: string): Method | undefined => board?.methods?.models.find(({ name }) => name === methodName(recipe));

/** Whether a method is above another: a plain statement. */
export function aboveStatement(board: Board, first: string, second: string): string {
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

/** The AUC of the published Self-Trans as it is printed, with the interval by its size. */
export const printedSelfTransAuc = (boards: readonly Board[]): string =>
  figureText(boardOf(boards, 'legacy')?.rows.find(({ kind, name }) => kind === 'published' && name === 'Self-Trans, DenseNet-169')?.metrics.auc);
