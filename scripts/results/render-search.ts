import { figureText, findPretrainingPlan, type Board } from '../../src/benchmark/index.ts';
import { mean } from '../../src/statistics/index.ts';
import { markdownTable as table } from './markdown.ts';
import { aboveStatement, boardOf, methodOf, printedSelfTransAuc } from './methods.ts';
import { askedOfTransfer } from './plan.ts';
import { candidates, rounds, searchFolds, searchHours, type Candidate } from './search/candidates.ts';
import type { Standing } from './search/ledger.ts';

/** A recipe of the search, as boards name it. */
function searchedRecipe(name: string): string {
  const recipe = candidates.find((candidate) => candidate.name === name)?.recipe;
  return `${recipe?.kind ?? ''}, ${recipe?.preset ?? ''}`;
}

/** What the frozen recipe reached on the published test list; empty before it is scored. */
function searchedOnTest(boards: readonly Board[], winner: string | undefined): string {
  const board = boardOf(boards, 'legacy');
  const method = winner === undefined ? undefined : methodOf(board, searchedRecipe(winner));
  if (board === undefined || method === undefined || winner === undefined) return '';
  const rows = board.rows.filter(({ kind, recipe }) => kind === 'model' && recipe === searchedRecipe(winner)).toSorted((a, b) => (a.seed ?? 0) - (b.seed ?? 0));
  return `

On test, scored once a seed after the recipe was committed: AUC ${rows.map(({ seed, metrics }) => `${figureText(metrics.auc)} (seed ${seed ?? ''})`).join(', ')}; mean ${figureText(method.metrics.auc)}.
${aboveStatement(board, searchedRecipe(winner), 'transfer')} PyTorch's mean by the recipe transfer
is ${mean(askedOfTransfer.torch).toFixed(3)} (${askedOfTransfer.torch.length} seeds, measured beforehand); the AUC of Self-Trans as printed, ${printedSelfTransAuc(boards)}.`;
}

/** What the AUC of a round is of. */
function roundTitle({ folds, seeds, keep }: (typeof rounds)[number]): string {
  const of = (noun: string, { length }: readonly number[]) => `${length} ${noun}${length === 1 ? '' : 's'}`;
  return `AUC, ${of('fold', folds)}, ${of('seed', seeds)}${keep === candidates.length ? '' : ` (the best ${keep})`}`;
}

/** What a candidate starts from. */
function startTitle({ slices, imageEpochs }: NonNullable<Candidate['start']>): string {
  const epochs = slices.epochs ?? findPretrainingPlan('cpu').epochs;
  return `${epochs} epochs on slices${imageEpochs === undefined ? '' : `, ${imageEpochs} on the images that are trained on`}`;
}

/** What the search came to, and its winner on test. */
export function searchSection(boards: readonly Board[], search: Standing): string {
  const { ranking, hours, winner } = search;
  const state = winner === undefined ? `It is not done: ${hours.toFixed(1)} of at most ${searchHours} machine hours are used` : `The winner is ${winner}, after ${hours.toFixed(1)} machine hours`;
  const tried = ranking.filter(({ trainings }) => trainings > 0);
  const later = candidates.flatMap(({ name, start }) => (start === undefined ? [] : [`${name} (${startTitle(start)})`]));
  return `## A recipe for two cores, by cross-validation
\`npm run results:search\` compares ${ranking.length} recipes (moving average, mirrored views, stronger augmentation, label smoothing, the lungs' box, longer momentum
contrast on slices first, …) on ${searchFolds} grouped folds of train + val; test images are in none. ${state}; every training is a line of \`results/search/ledger.jsonl\`. The winner is frozen and
committed (\`-- --freeze\`) before \`npm run results:searched\` scores it on test. Who goes on to the next round is told by the round before
alone. ${later.length} recipes start from momentum contrast: ${later.join(', ')}; they were written down when the
winner of the others was known and scored on test.${tried.length === 0 ? '' : `\n\n${table(['recipe', ...rounds.map(roundTitle), 'trainings'], tried.map(({ name, trainings, byRound }) => [name, ...byRound.map((auc) => auc?.toFixed(3) ?? ''), String(trainings)]))}`}${searchedOnTest(boards, winner)}`;
}
