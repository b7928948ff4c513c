import { join } from 'node:path';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import {
  changeText, conditionScoresOf, conditionsOf, curveOf, degradationNames, degradationsOf, degradedExamples, figureText, judgeRobustness, lossFrom, readRecordedScores, renderRobustness, robustnessDocument, robustnessLines,
  scoreConditions, type ConditionScores, type Robustness, type RobustnessContext,
} from '../../benchmark/index.ts';
import type { Degradation } from '../../imaging/index.ts';
import type { Release } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openJudgedRun, openScoredModel, outputFolder, type JudgedImages } from '../open-scored-model.ts';
import { trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('model', { type: 'string', demandOption: true, describe: 'the folder of a run, or an .onnx file that covid-ct exported' })
    .option('split', { type: 'string', requiresArg: true, describe: 'the part of the track that is scored (default: test)' })
    .option('only', { type: 'string', array: true, requiresArg: true, describe: `only these degradations: ${degradationNames.join(', ')}` })
    .option('positive', { type: 'string', requiresArg: true, describe: 'the label that the figures are about (default: COVID)' })
    .option('scores', { type: 'string', requiresArg: true, describe: "judge scores that were recorded (npm run results:robustness) instead of running the model; nothing is written without --out" })
    .option('threads', { type: 'number', requiresArg: true, describe: 'for arithmetic (default: one a core)' })
    .option('out', { type: 'string', requiresArg: true, describe: "folder of robustness.html, robustness.json and the scores (default: robustness in the run's folder)" });
}

type RobustnessArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

/** How far the exported model's clean scores are from the run's own table. */
function gapOf({ images, clean }: ConditionScores, { run }: JudgedImages): number | null {
  if (run === undefined) return null;
  const own = new Map(run.predictions.map(({ entry, score }) => [entry.image.id, score]));
  return Math.max(0, ...images.map(({ image }, i) => Math.abs((clean[i] ?? Number.NaN) - (own.get(image.id) ?? Number.NaN))));
}

function print(robustness: Robustness, about: RobustnessContext, context: CommandContext): void {
  context.print(wrapText(`${about.run}: ROC AUC ${figureText(robustness.clean.auc)} on the ${robustness.n} clean images of ${about.part}, ${about.track.name} track of ${about.release.name}${about.release.synthetic ? ' (synthetic)' : ''}; ${robustness.positive} positive.`));
  context.print();
  context.print(formatTable(
    ['degradation', 'AUC, full strength − clean', 'lost from', 'calls changed'],
    about.degradations.map(({ name }) => {
      const curve = curveOf(robustness, name);
      const last = curve.at(-1);
      return [name, last === undefined ? '' : changeText(last.aucChange), lossFrom(curve)?.setting ?? 'nowhere', last?.callsChanged];
    }),
    { width: 80 },
  ));
  context.print();
  for (const line of robustnessLines(robustness, about)) context.print(wrapText(line));
}

/** Judges scores that were recorded with a run's result. */
async function judgeRecorded(args: RobustnessArguments, file: string, degradations: readonly Degradation[], positive: string, release: Release, context: CommandContext): Promise<number> {
  const judged = await openJudgedRun(args.model, args, positive, context, release);
  const { track, part, images, threshold } = judged;
  const recorded = await readRecordedScores(file);
  const scores = conditionScoresOf(recorded, images, degradations);
  const robustness = judgeRobustness(scores, degradations, release.labels, positive, threshold.value);
  const about: RobustnessContext = { release, track, part, version: packageVersion(), model: args.model, run: recorded.run, degradations, thresholdFrom: threshold.from, gapToRun: gapOf(scores, judged) };
  const document = robustnessDocument(robustness, about);
  if (args.out !== undefined) {
    await writeFileAtomic(join(args.out, 'robustness.json'), `${JSON.stringify(document, null, 2)}\n`);
    await writeFileAtomic(join(args.out, 'robustness.html'), renderRobustness(robustness, about, []));
    context.print(`Report with curves: ${join(args.out, 'robustness.html')}\n`);
  }
  if (!context.json) print(robustness, about, context);
  context.printJson(document);
  return 0;
}

async function run(args: ArgumentsCamelCase<RobustnessArguments>, context: CommandContext): Promise<number> {
  const { threads } = args;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 1024)) throw new CovidCtError('USAGE', `--threads ${threads} is no whole number from 1 to 1024.`);
  const degradations = degradationsOf(args.only?.flatMap((names) => names.split(',')));
  const release = await openReleaseFor(args, context);
  try {
    const positive = args.positive ?? release.labels[0] ?? '';
    if (!release.labels.includes(positive)) throw new CovidCtError('USAGE', `--positive ${positive} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
    if (args.scores !== undefined) return await judgeRecorded(args, args.scores, degradations, positive, release, context);
    const opened = await openScoredModel(args.model, args, positive, context, release);
    const { model, track, part, images, threshold } = opened;
    const folder = outputFolder(args.out, args.model, opened, 'robustness', context);
    const scores = await scoreConditions({ release, model, images, conditions: conditionsOf(degradations), folder, threads, progress: context.progress, signal: context.signal });
    const robustness = judgeRobustness(scores, degradations, release.labels, positive, threshold.value);
    const about: RobustnessContext = { release, track, part, version: packageVersion(), model: args.model, run: model.card.run, degradations, thresholdFrom: threshold.from, gapToRun: gapOf(scores, opened) };
    const document = robustnessDocument(robustness, about);
    await writeFileAtomic(join(folder, 'robustness.json'), `${JSON.stringify(document, null, 2)}\n`);
    await writeFileAtomic(join(folder, 'robustness.html'), renderRobustness(robustness, about, await degradedExamples(release, scores, degradations, model)));
    if (!context.json) print(robustness, about, context);
    context.print(`\nReport with curves and pictures: ${join(folder, 'robustness.html')}`);
    context.printJson(document);
    return robustness.unread.length === 0 ? 0 : 1;
  } finally {
    await release.close();
  }
}

/** `covid-ct robustness`. */
export const robustnessCommand = defineCommand<RobustnessArguments>({
  command: 'robustness <model>',
  describe: 'What quality loss does to a model: scores and AUC against blur, JPEG, noise, …, paired',
  examples: [
    ['$0 robustness runs/a', "every degradation of the run's test images; goes on where it was interrupted"],
    ['$0 robustness runs/a --only jpeg,resolution', 'two of them'],
    ['$0 robustness results/a --scores results/robustness/a.json', 'scores that were recorded, without the model'],
    ['$0 robustness model.onnx --track clean --json', 'an exported model, on the clean track, as JSON'],
  ],
  options,
  run,
});
