import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { aggregations, changeText, countText, figureText, findSubmissions, renderSlices, sliceLines, slicesDocument, type StudiedModel } from '../../benchmark/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openSlices } from '../open-slices.ts';
import { trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('folders', { type: 'string', array: true, demandOption: true, describe: 'folders with the runs of all folds, runs, or tables of predictions' })
    .option('positive', { type: 'string', requiresArg: true, describe: 'the label that the figures are about (default: COVID)' })
    .option('out', { type: 'string', requiresArg: true, describe: 'write a report to this .html file' });
}

type SlicesArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function print(model: StudiedModel, context: CommandContext): void {
  context.print(model.name);
  const { study } = model;
  if (study !== null) {
    context.print(formatTable(
      ['', ...aggregations.flatMap((how) => [`AUC, ${how}`, 'against one'])],
      study.by.mean.map((figures, k) => [countText(figures), ...aggregations.flatMap((how) => {
        const own = study.by[how][k] ?? figures;
        return [figureText({ ...own.auc, low: null }), k === 0 ? '' : changeText(own.change)];
      })]),
      { width: 80 },
    ));
  }
  for (const line of sliceLines(model)) context.print(wrapText(line));
  context.print();
}

async function run(args: ArgumentsCamelCase<SlicesArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const positive = args.positive ?? release.labels[0] ?? '';
    if (!release.labels.includes(positive)) throw new CovidCtError('USAGE', `--positive ${positive} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
    const submissions = await findSubmissions(args.folders);
    const { models, incomplete } = await openSlices(submissions, args, positive, context, release);
    const about = { release, version: packageVersion() };
    if (args.out !== undefined) await writeFileAtomic(args.out, renderSlices(models, about));
    if (!context.json) for (const model of models) print(model, context);
    if (incomplete.length > 0) context.note(`Left out, since folds are missing: ${incomplete.join('; ')}.`);
    if (args.out !== undefined) context.print(`Report: ${args.out}`);
    context.printJson(slicesDocument(models, about));
    return models.some(({ study }) => study !== null) ? 0 : 1;
  } finally {
    await release.close();
  }
}

/** `covid-ct slices`. */
export const slicesCommand = defineCommand<SlicesArguments>({
  command: 'slices <folders..>',
  describe: 'One image of a patient against several: AUC by patient with 1, 2, 3 and all images',
  examples: [
    ['$0 slices runs/folds', 'cross-validated, from the runs of all folds'],
    ['$0 slices scores.csv --out slices.html', "anybody's table of the legacy test images"],
  ],
  options,
  run,
});
