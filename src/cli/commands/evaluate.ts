import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import {
  evaluate, evaluationDocument, figureOrder, figureText, figureTitles, legacyLines, methodLines, openSubmission, renderEvaluation, subgroupKinds, thresholdTitles, unitsOf,
  type Evaluation, type EvaluationContext,
} from '../../benchmark/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openPredictions, openTrackOf } from '../open-predictions.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('predictions', { type: 'string', demandOption: true, describe: 'a CSV with header image,score (probability of COVID), or the folder of a run' })
    .option('split', { type: 'string', requiresArg: true, default: 'test', describe: 'the part of the track that is judged; all takes every image' })
    .option('folds', { type: 'number', requiresArg: true, describe: 'clean: the track has this many folds; --split fold-1 names one' })
    .option('positive', { type: 'string', requiresArg: true, describe: 'the label that the figures are about (default: COVID)' })
    .option('validation', { type: 'string', requiresArg: true, describe: 'scores of the validation images, by which thresholds are chosen' })
    .option('threshold', { type: 'number', requiresArg: true, describe: 'use this threshold, a probability of the positive label' })
    .option('legacy-metrics', { type: 'boolean', describe: 'also what the original scripts print: NonCOVID positive' })
    .option('out', { type: 'string', requiresArg: true, describe: 'write a report with curves to this .html file' });
}

type EvaluateArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

const signed = new Set(['calibrationSlope', 'calibrationIntercept', 'calibrationInTheLarge']);

function printEvaluation(evaluation: Evaluation, about: EvaluationContext, context: CommandContext): void {
  const { release, track, part, source } = about;
  const units = unitsOf(evaluation);
  context.print(wrapText(`${about.run ?? source}: ${evaluation.images.n} images, ${part} of the ${track.name} track of ${release.name}${release.synthetic ? ' (synthetic)' : ''}; ${evaluation.positive} positive.`));
  context.print();
  context.print(
    formatTable(
      ['95 % interval', ...units.map(([title]) => title)],
      [
        ['n', ...units.map(([, { n }]) => String(n))],
        [`of ${evaluation.positive}`, ...units.map(([, { positives }]) => String(positives))],
        ...figureOrder.map((name) => [figureTitles[name], ...units.map(([, { metrics }]) => figureText(metrics[name], signed.has(name) ? 2 : 3))]),
        ['AUC by DeLong', ...units.map(([, { aucDelong, metrics }]) => figureText(aucDelong === null ? undefined : { ...metrics.auc, ...aucDelong }))],
        ['threshold', ...units.map(([, { operatingPoints }]) => operatingPoints[0]?.value.toFixed(3))],
      ],
      { width: 80 },
    ),
  );
  context.print();
  context.print('Operating points, images');
  context.print(
    formatTable(
      ['threshold', 'at', 'TP', 'FP', 'TN', 'FN', 'sens.', 'spec.', 'PPV', 'NPV'],
      evaluation.images.operatingPoints.map(({ rule, value, confusion, metrics }) => [
        thresholdTitles[rule], value.toFixed(3), confusion.truePositives, confusion.falsePositives, confusion.trueNegatives, confusion.falseNegatives,
        ...([metrics.sensitivity, metrics.specificity, metrics.ppv, metrics.npv] as const).map((figure) => figureText({ ...figure, low: null, high: null })),
      ]),
      { width: 80 },
    ),
  );
  for (const by of subgroupKinds) {
    // A paper's images are few and a release's papers are many: they are in --json and in the report.
    const own = evaluation.subgroups.filter((group) => group.by === by);
    if (own.length === 0 || by === 'paper') continue;
    context.print();
    context.print(
      formatTable(
        [by, 'n', 'sensitivity', 'specificity', 'ROC AUC'],
        own.map(({ value, n, sensitivity, specificity, auc }) => [value, n, ...[sensitivity, specificity, auc].map((figure) => (figure === undefined ? '' : figureText(figure, 2)))]),
        { width: 80 },
      ),
    );
  }
  context.print();
  for (const line of methodLines(evaluation, about)) context.print(wrapText(line));
  if (about.legacyMetrics === true) {
    context.print(`\nAs the original scripts print it (${evaluation.legacy.positive} positive)`);
    for (const line of legacyLines(evaluation.legacy)) context.print(`  ${line}`);
  }
}

async function run(args: ArgumentsCamelCase<EvaluateArguments>, context: CommandContext): Promise<number> {
  const { threshold } = args;
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) throw new CovidCtError('USAGE', `--threshold ${threshold} is no probability.`, { hint: 'Give a number from 0 to 1.' });
  const submission = await openSubmission(args.predictions);
  const release = await openReleaseFor(args, context);
  try {
    const positive = args.positive ?? release.labels[0] ?? '';
    if (!release.labels.includes(positive)) throw new CovidCtError('USAGE', `--positive ${positive} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
    const track = await openTrackOf(submission, args, context, release);
    const { part, predictions, validation, validationFile } = await openPredictions(submission, track, release, args.split, args.validation);
    const evaluation = evaluate({ predictions, validation, labels: release.labels, positive, threshold });
    const about: EvaluationContext = {
      release, track, part, source: submission.path, run: submission.run?.id, validation: validationFile, version: packageVersion(), legacyMetrics: args.legacyMetrics === true,
    };
    if (args.out !== undefined) await writeFileAtomic(args.out, renderEvaluation(evaluation, about));
    if (!context.json) printEvaluation(evaluation, about, context);
    if (args.out !== undefined) context.print(`\nReport: ${args.out}`);
    context.printJson(evaluationDocument(evaluation, about));
    return 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct evaluate`. */
export const evaluateCommand = defineCommand<EvaluateArguments>({
  command: 'evaluate <predictions>',
  describe: "Judge anybody's model by its scores: figures with intervals, from a table or a run",
  examples: [
    ['$0 evaluate scores.csv --validation val.csv', 'figures of the legacy test images, threshold chosen on validation'],
    ['$0 evaluate runs/a --out a.html', "a run's figures on its own track, with curves"],
    ['$0 evaluate scores.csv --track clean --audit audit.json --json', 'the clean track, as JSON'],
    ['$0 evaluate scores.csv --positive NonCOVID --legacy-metrics', 'also what the original scripts would print'],
  ],
  options,
  run,
});
