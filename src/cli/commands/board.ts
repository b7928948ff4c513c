import type { Argv, ArgumentsCamelCase } from 'yargs';
import { writeFileAtomic } from '../../base/index.ts';
import { boardLines, boardsDocument, boardTitle, differenceText, figureText, markOf, pText, renderBoards, type Board } from '../../benchmark/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openBoards } from '../open-boards.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('folders', { type: 'string', array: true, demandOption: true, describe: 'folders with runs, runs, or tables of predictions (of the legacy track, unless --track says otherwise)' })
    .option('controls', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'folder, run or table of a cheating control; may be given again' })
    .option('feature-controls', { type: 'boolean', default: true, describe: "train the audit's controls (header, border, colour, marks) for each board" })
    .option('positive', { type: 'string', requiresArg: true, describe: 'the label that the figures are about (default: COVID)' })
    .option('out', { type: 'string', requiresArg: true, describe: 'write the boards to this .html file' });
}

type BoardCommandArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function printBoard(board: Board, context: CommandContext): void {
  context.print(`Track ${boardTitle(board)}`);
  context.print(
    formatTable(
      ['', 'name', 'ROC AUC', 'accuracy', 'F1', 'by patient'],
      board.rows.map((row) => [
        markOf(row),
        row.kind === 'published' ? `“${row.name}”` : row.kind === 'control' ? `control: ${row.name}` : row.name,
        figureText(row.metrics.auc),
        figureText({ ...row.metrics.accuracy, low: null }),
        figureText({ ...row.metrics.f1, low: null }),
        figureText({ ...row.patientAuc, low: null }),
      ]),
      { width: 80 },
    ),
  );
  const { methods } = board;
  if (methods !== null && (methods.pairs.length > 0 || methods.models.some(({ sources }) => sources.length > 1))) {
    context.print('\nMethods, mean over their seeds');
    context.print(formatTable(['method', 'seeds', 'ROC AUC'], methods.models.map(({ name, sources, metrics }) => [name, sources.length, figureText(metrics.auc)]), { width: 80 }));
    for (const { first, second, bootstrap: { auc } } of methods.pairs) context.print(wrapText(`${first} minus ${second}: ${differenceText(auc)} over patients, p ${pText(auc?.p)}, Holm ${pText(auc?.pHolm)}`));
  }
  for (const { pairs } of board.againstControls) {
    context.print();
    for (const { first, second, bootstrap: { auc } } of pairs) context.print(wrapText(`${first} minus the same training as a control (${second}): ${differenceText(auc)} over patients, p ${pText(auc?.p)}, Holm ${pText(auc?.pHolm)}`));
  }
  context.print();
  for (const line of boardLines(board)) context.print(wrapText(line));
}

async function run(args: ArgumentsCamelCase<BoardCommandArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const boards = await openBoards(args.folders, args, context, release);
    const about = { release, version: packageVersion() };
    if (args.out !== undefined) await writeFileAtomic(args.out, renderBoards(boards, about));
    if (!context.json) {
      for (const [i, board] of boards.entries()) {
        if (i > 0) context.print();
        printBoard(board, context);
      }
    }
    if (args.out !== undefined) context.print(`\nBoards: ${args.out}`);
    context.printJson(boardsDocument(boards, about));
    return 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct board`. */
export const boardCommand = defineCommand<BoardCommandArguments>({
  command: 'board <folders..>',
  describe: 'Leaderboard of runs and imported predictions, with cheating controls beside them',
  examples: [
    ['$0 board results --out board.html', 'every run in a folder, one board a track'],
    ['$0 board results theirs.csv', "with somebody's predictions of the legacy test images"],
    ['$0 board results --controls shuffled.csv --json', 'with a further control, as JSON'],
  ],
  options,
  run,
});
