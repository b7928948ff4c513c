import type { Argv } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { formatPredictions, picturesAt, picturesListed, picturesOf, predictPictures, readModelFile, type ModelFile, type PictureSource, type PredictionResult } from '../../benchmark/index.ts';
import { researchOnly } from '../../models/index.ts';
import type { Release } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor, trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('model', { type: 'string', demandOption: true, describe: 'an .onnx file that covid-ct exported, or the folder of a run' })
    .positional('images', { type: 'string', array: true, describe: 'pictures, and folders of pictures' })
    .option('list', { type: 'string', requiresArg: true, describe: 'also the pictures named in this file, a line each' })
    .option('split', { type: 'string', requiresArg: true, describe: "of the release, only this part of its track: train, val, test" })
    .option('batch', { type: 'number', requiresArg: true, default: 8, describe: 'pictures at once' })
    .option('threads', { type: 'number', requiresArg: true, describe: 'for arithmetic (default: one a core)' })
    .option('out', { type: 'string', requiresArg: true, describe: 'write image,score to this .csv file' });
}

type PredictArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function wholeNumber(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new CovidCtError('USAGE', `--${name} ${value} is no whole number from 1 to ${most}.`);
}

/** The pictures of the release that are asked for: all, or a part of a track. */
async function picturesOfRelease(release: Release, args: PredictArguments, context: CommandContext): Promise<readonly PictureSource[]> {
  if (args.split === undefined) return picturesOf(release, release.images);
  const track = await openTrackFor(args, context, release);
  if (!track.parts.includes(args.split)) {
    throw new CovidCtError('USAGE', `The ${track.name} track has no part ${args.split}.`, { hint: `Its parts are ${track.parts.join(', ')}; without --split all images are scored.` });
  }
  return picturesOf(release, track.images.flatMap(({ image, part }) => (part === args.split ? [image] : [])));
}

function report({ card, path }: ModelFile, { scored, unread }: PredictionResult, args: PredictArguments, context: CommandContext): void {
  const listed = args.out === undefined;
  if (listed && scored.length > 0) context.print(formatTable(['image', `score (${card.positive})`], scored.map(({ image, score }) => [image, score.toFixed(4)]), { right: [1] }));
  if (listed && scored.length > 0) context.print();
  context.print(`${scored.length} pictures scored by ${path} (${card.architecture}, run ${card.run}); the score is the probability of ${card.positive}.${args.out === undefined ? '' : ` Written to ${args.out}.`}`);
  context.print(researchOnly);
  for (const { image, problem } of unread) context.note(`${image}: ${problem}`);
  if (unread.length > 0) context.note(`${unread.length} of ${scored.length + unread.length} pictures could not be read, and have no score.`);
  context.printJson({ format: 'covid-ct predictions 1', use: researchOnly, model: { path, ...card }, positive: card.positive, scores: scored, unread });
}

async function run(args: PredictArguments, context: CommandContext): Promise<number> {
  const batch = wholeNumber('batch', args.batch, 1024);
  const threads = args.threads === undefined ? {} : { threads: wholeNumber('threads', args.threads, 1024) };
  const needless = (['track', 'seed', 'audit'] as const).find((name) => args.split === undefined && args[name] !== undefined);
  if (needless !== undefined) throw new CovidCtError('USAGE', `--${needless} says which track --split is a part of, and there is no --split.`, { hint: 'For example: --track clean --split test' });
  const fromRelease = args.release !== undefined || args.split !== undefined;
  const model = await readModelFile(args.model);
  const release = fromRelease ? await openReleaseFor(args, context) : undefined;
  try {
    const sources = [
      ...(await picturesAt(args.images ?? [])),
      ...(args.list === undefined ? [] : await picturesListed(args.list)),
      ...(release === undefined ? [] : await picturesOfRelease(release, args, context)),
    ];
    if (sources.length === 0) throw new CovidCtError('USAGE', 'There is no picture to score.', { hint: 'Name pictures or folders of them, or use --list FILE or --release DIR.' });
    const result = await predictPictures(model, sources, { batch, ...threads, progress: context.progress, signal: context.signal });
    if (args.out !== undefined) await writeFileAtomic(args.out, formatPredictions(result.scored));
    report(model, result, args, context);
    return result.unread.length === 0 ? 0 : 1;
  } finally {
    await release?.close();
  }
}

/** `covid-ct predict`. */
export const predictCommand = defineCommand({
  command: 'predict <model> [images..]',
  describe: 'Score pictures with an exported model; for research, never for diagnosis',
  examples: [
    ['$0 predict model.onnx ct/ one.png', 'a table of scores'],
    ['$0 predict RUN --release DIR --split test --out scores.csv', 'the test images of a release, for covid-ct evaluate'],
    ['$0 predict model.onnx --list names.txt --json', 'the pictures that a file names, as JSON'],
  ],
  options,
  run,
});
