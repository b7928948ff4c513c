import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { comparedFigures, compareModels, comparisonDocument, comparisonLines, differenceText, figureText, figureTitles, modelLetter, pText, renderComparison, type Comparison } from '../../benchmark/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openModels } from '../open-models.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('models', { type: 'string', array: true, demandOption: true, describe: 'runs or tables of predictions, two at least; A0,A1,A2 is one model trained three times' })
    .option('split', { type: 'string', requiresArg: true, default: 'test', describe: 'the part of the track that is judged' })
    .option('folds', { type: 'number', requiresArg: true, describe: 'clean: the track has this many folds; --split fold-1 names one' })
    .option('positive', { type: 'string', requiresArg: true, describe: 'the label that the figures are about (default: COVID)' })
    .option('out', { type: 'string', requiresArg: true, describe: 'write a report to this .html file' });
}

type CompareArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function printComparison(comparison: Comparison, context: CommandContext): void {
  const letters = new Map(comparison.models.map(({ name }, i) => [name, modelLetter(i)]));
  const pair = (first: string, second: string) => `${letters.get(first) ?? ''} − ${letters.get(second) ?? ''}`;
  comparison.models.forEach(({ name, sources }, i) => context.print(wrapText(`${modelLetter(i)}  ${name}${sources.length > 1 ? ` (the mean of ${sources.length} trainings)` : ''}`)));
  context.print();
  context.print(
    formatTable(
      ['', ...(['auc', 'accuracy', 'f1'] as const).map((name) => figureTitles[name]), 'sens.', 'spec.'],
      comparison.models.map(({ metrics }, i) => [modelLetter(i), ...(['auc', 'accuracy', 'f1'] as const).map((name) => figureText(metrics[name])), ...([metrics.sensitivity, metrics.specificity] as const).map((figure) => figureText({ ...figure, low: null }))]),
      { width: 80 },
    ),
  );
  context.print();
  context.print(
    formatTable(
      ['', 'figure', 'test', 'difference', 'p', 'Holm'],
      comparison.pairs.flatMap(({ first, second, delong, bootstrap, patients, mcnemar }) => [
        [pair(first, second), 'ROC AUC', 'DeLong, images', differenceText(delong), pText(delong.p), pText(delong.pHolm)],
        ['', 'ROC AUC', 'bootstrap, images', differenceText(bootstrap.auc), pText(bootstrap.auc?.p), pText(bootstrap.auc?.pHolm)],
        ['', 'ROC AUC', 'bootstrap, patients', differenceText(patients), pText(patients?.p), pText(patients?.pHolm)],
        ['', 'accuracy', 'bootstrap, images', differenceText(bootstrap.accuracy), pText(bootstrap.accuracy?.p), pText(bootstrap.accuracy?.pHolm)],
        ...(mcnemar === null ? [] : [['', 'right', 'McNemar, images', `${mcnemar.firstOnly} against ${mcnemar.secondOnly}`, pText(mcnemar.p), pText(mcnemar.pHolm)]]),
      ]),
      { width: 80 },
    ),
  );
  context.print();
  for (const line of comparisonLines(comparison)) context.print(wrapText(line));
}

async function run(args: ArgumentsCamelCase<CompareArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const positive = args.positive ?? release.labels[0] ?? '';
    if (!release.labels.includes(positive)) throw new CovidCtError('USAGE', `--positive ${positive} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
    const { models, track, part } = await openModels(args.models, args, positive, context, release);
    const comparison = compareModels(models, release.labels, positive);
    const about = { release, track, part, version: packageVersion() };
    if (args.out !== undefined) await writeFileAtomic(args.out, renderComparison(comparison, models, release.labels, about));
    if (!context.json) printComparison(comparison, context);
    if (args.out !== undefined) context.print(`\nReport, with ${comparedFigures.map((name) => figureTitles[name]).join(', ')} of every pair: ${args.out}`);
    context.printJson(comparisonDocument(comparison, about));
    return 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct compare`. */
export const compareCommand = defineCommand<CompareArguments>({
  command: 'compare <models..>',
  describe: 'Compare models on the same images: DeLong, McNemar, bootstrap over patients, Holm',
  examples: [
    ['$0 compare runs/a runs/b', 'two runs of one track'],
    ['$0 compare a0,a1,a2 b0,b1,b2 --out c.html', 'two methods trained three times each'],
    ['$0 compare ours.csv theirs.csv --json', "anybody's tables of predictions, as JSON"],
  ],
  options,
  run,
});
