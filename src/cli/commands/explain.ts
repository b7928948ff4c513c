import { join } from 'node:path';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import {
  attentionSentence, changeText, drawGallery, explainableModel, explainDocument, explainImages, explainLines, figureText, judgeAttention, renderExplanations,
  type ExplainContext, type Explanations, type GroupAttention,
} from '../../benchmark/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openScoredModel, outputFolder } from '../open-scored-model.ts';
import { trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('model', { type: 'string', demandOption: true, describe: 'the folder of a run, or an .onnx file that gives Grad-CAM' })
    .option('split', { type: 'string', requiresArg: true, describe: 'the part of the track that is explained (default: test)' })
    .option('gallery', { type: 'number', requiresArg: true, default: 8, describe: 'pictures of each kind of hit and miss' })
    .option('positive', { type: 'string', requiresArg: true, describe: 'the label that the figures are about (default: COVID)' })
    .option('threads', { type: 'number', requiresArg: true, describe: 'for arithmetic (default: one a core)' })
    .option('out', { type: 'string', requiresArg: true, describe: "folder of explain.html and explain.json (default: explain in the run's folder)" });
}

type ExplainArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= 1024) return value;
  throw new CovidCtError('USAGE', `--${name} ${value} is no whole number from ${least} to 1024.`);
}

function print(groups: readonly GroupAttention[], explanations: Explanations, about: ExplainContext, context: CommandContext): void {
  const { release, track, part, run } = about;
  context.print(wrapText(`${run}: ${explanations.images.length} images, ${part} of the ${track.name} track of ${release.name}${release.synthetic ? ' (synthetic)' : ''}.`));
  context.print(wrapText(attentionSentence(groups)));
  context.print();
  context.print(formatTable(
    ['images', 'n', 'outside lungs', 'more than even', 'own marks', 'planted'],
    groups.map(({ group, n, outside, marks, planted }) => [group, n, figureText({ ...outside.attention, low: null }, 2), changeText(outside.excess, 2), `${changeText({ ...marks.excess, low: null }, 2)} (${marks.n})`, changeText({ ...planted.excess, low: null }, 2)]),
    { width: 80 },
  ));
  context.print('Marks: attention minus area, as “more than even”; in brackets how many images have some.\n');
  for (const line of explainLines(groups, explanations, about)) context.print(wrapText(line));
}

async function run(args: ArgumentsCamelCase<ExplainArguments>, context: CommandContext): Promise<number> {
  const gallery = wholeNumber('gallery', args.gallery, 0);
  const threads = args.threads === undefined ? undefined : wholeNumber('threads', args.threads, 1);
  const release = await openReleaseFor(args, context);
  try {
    const positive = args.positive ?? release.labels[0] ?? '';
    if (!release.labels.includes(positive)) throw new CovidCtError('USAGE', `--positive ${positive} is no label of ${release.name}.`, { hint: `Its labels are ${release.labels.join(' and ')}.` });
    const opened = await openScoredModel(args.model, args, positive, context, release);
    const { track, part, images, threshold } = opened;
    const model = await explainableModel(args.model, opened.model);
    const explanations = await explainImages({ release, model, images, positive, threshold: threshold.value, threads, progress: context.progress, signal: context.signal });
    const groups = judgeAttention(explanations.images, release.labels, positive);
    const about: ExplainContext = { release, track, part, version: packageVersion(), model: args.model, run: model.card.run, positive, threshold: threshold.value, thresholdFrom: threshold.from };
    const folder = outputFolder(args.out, args.model, opened, 'explain', context);
    const document = explainDocument(groups, explanations, about);
    await writeFileAtomic(join(folder, 'explain.json'), `${JSON.stringify(document, null, 2)}\n`);
    await writeFileAtomic(join(folder, 'explain.html'), renderExplanations(groups, explanations, await drawGallery(explanations.images, threshold.value, gallery), about));
    if (!context.json) print(groups, explanations, about, context);
    context.print(`\nGalleries of hits and misses: ${join(folder, 'explain.html')}`);
    context.printJson(document);
    return explanations.unread.length === 0 ? 0 : 1;
  } finally {
    await release.close();
  }
}

/** `covid-ct explain`. */
export const explainCommand = defineCommand<ExplainArguments>({
  command: 'explain <model>',
  describe: 'Where a model looks: Grad-CAM of hits and misses, attention outside the lungs and on marks',
  examples: [
    ['$0 explain runs/a', "the run's test images: galleries and shares, in runs/a/explain"],
    ['$0 explain runs/a --gallery 20 --json', 'more pictures, and the share of each image as JSON'],
  ],
  options,
  run,
});
