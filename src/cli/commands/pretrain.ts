import type { ArgumentsCamelCase, Argv } from 'yargs';
import { CovidCtError, formatBytes, formatDuration } from '../../base/index.ts';
import {
  createPretrainingFolder,
  defaultThreads,
  findPretrainingPlan,
  openPictures,
  partsOf,
  preparePretraining,
  pretrain,
  pretrainingName,
  reopenPretrainingFolder,
  trainingImages,
  type Parts,
  type PretrainingDocument,
  type PretrainingEpoch,
  type PretrainingFolder,
  type PretrainingPlan,
  type PretrainingSource,
} from '../../benchmark/index.ts';
import type { StateDict } from '../../nn/index.ts';
import type { Release } from '../../release/index.ts';
import { trackNames } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor } from '../open-track.ts';
import { packageVersion } from '../version.ts';
import { wholeNumber } from '../whole-number.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .option('images', { type: 'string', requiresArg: true, describe: 'pictures without labels: a folder or .zip; without it, the training images of the track' })
    .option('sample', { type: 'boolean', describe: 'on the synthetic sample: --release sample --track clean --preset sample' })
    .option('preset', { type: 'string', requiresArg: true, describe: 'settings (default: cpu, some minutes on two cores)' })
    .option('model', { type: 'string', requiresArg: true, describe: "the network (default: the preset's); covid-ct models list shows them" })
    .option('init', { type: 'string', requiresArg: true, describe: 'weights to start from: a file, the folder of a pretraining, or a name of covid-ct models list' })
    .option('track', { choices: trackNames, describe: 'whose training images are seen, and probed (default: legacy)' })
    .option('folds', { type: 'number', requiresArg: true, describe: 'clean: this many grouped folds; --fold says which one tests' })
    .option('fold', { type: 'number', requiresArg: true, describe: 'the fold that tests, from 1: its images are not seen' })
    .option('audit', { type: 'string', requiresArg: true, describe: 'take duplicates from this audit.json instead of looking for them' })
    .option('transductive', { type: 'boolean', describe: 'see the images of validation and test too; marked in every run that follows' })
    .option('seed', { type: 'number', requiresArg: true, describe: 'the same seed gives the same weights (default: 0)' })
    .option('epochs', { type: 'number', requiresArg: true, describe: "instead of the preset's" })
    .option('threads', { type: 'number', requiresArg: true, describe: 'for arithmetic (default: one a core, at most 8)' })
    .option('out', { type: 'string', requiresArg: true, describe: "folder of the run (default: in the workspace's runs)" })
    .option('resume', { type: 'string', requiresArg: true, describe: 'go on with this pretraining, from its last whole epoch; with its --release and --images' });
}

type PretrainArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

type TrackOfRun = PretrainingDocument['configuration']['data']['track'];

/** A release, its parts, and how its track is told of. */
interface Labelled {
  readonly release: Release;
  readonly parts: Parts;
  readonly track: NonNullable<TrackOfRun>;
}

/** The release and track that are named; with `--images` and no `--release` there is none, since its default would say nothing of the pictures. */
async function labelledOf(args: PretrainArguments, context: CommandContext): Promise<Labelled | undefined> {
  if (args.images !== undefined && args.release === undefined) return undefined;
  if ((args.folds === undefined) !== (args.fold === undefined)) throw new CovidCtError('USAGE', '--folds and --fold go together.', { hint: 'For example: --folds 5 --fold 1' });
  const release = await openReleaseFor(args, context);
  try {
    // The run's seed is not the track's: the clean track is one and the same for all of them.
    const track = await openTrackFor({ ...args, seed: undefined }, context, release);
    const parts = partsOf(release, track, args.fold);
    return { release, parts, track: { name: track.name, seed: track.seed ?? null, folds: track.kind === 'folds' ? track.parts.length : null, fold: args.fold ?? null } };
  } catch (error) {
    await release.close();
    throw error;
  }
}

type OpenSource = PretrainingSource & { close(): Promise<void> };

async function sourceOf(args: PretrainArguments, seed: number, labelled: Labelled | undefined): Promise<OpenSource> {
  if (args.images !== undefined) return openPictures(args.images, seed, labelled, args.transductive === true);
  if (labelled === undefined) throw new CovidCtError('USAGE', 'There is nothing to pretrain on.', { hint: 'Name --images or --release.' });
  return { ...(await trainingImages(labelled.release, labelled.parts, args.transductive === true)), close: async () => {} };
}

/** A pretraining that is ready to go. */
interface Ready {
  readonly folder: PretrainingFolder;
  readonly document: PretrainingDocument;
  readonly source: OpenSource;
  readonly labelled: Labelled | undefined;
  readonly start: StateDict | undefined;
}

function planOf(args: PretrainArguments): PretrainingPlan {
  const plan = findPretrainingPlan(args.preset ?? 'cpu');
  return args.epochs === undefined ? plan : { ...plan, epochs: wholeNumber('epochs', args.epochs, 1) };
}

async function newRun(args: PretrainArguments, context: CommandContext): Promise<Ready> {
  const plan = planOf(args);
  const seed = wholeNumber('seed', args.seed ?? 0, 0);
  const threads = args.threads === undefined ? defaultThreads() : wholeNumber('threads', args.threads, 1);
  const labelled = await labelledOf(args, context);
  const source = await sourceOf(args, seed, labelled);
  const { workspace } = context;
  const { document, start } = await preparePretraining({ source, track: labelled?.track ?? null, plan, model: args.model, seed, init: args.init, threads, workspace, version: packageVersion() });
  const folder = await createPretrainingFolder(args.out ?? workspace.path('runs', pretrainingName(document.configuration)));
  return { folder, document, source, labelled, start };
}

const fixedByRun = ['preset', 'model', 'init', 'track', 'folds', 'fold', 'transductive', 'seed', 'epochs', 'threads', 'out'] as const;

async function oldRun(path: string, args: PretrainArguments, context: CommandContext): Promise<Ready> {
  const given = fixedByRun.find((name) => args[name] !== undefined);
  if (given !== undefined) throw new CovidCtError('USAGE', `--resume goes on with a pretraining as it was begun; ${given} cannot change it.`, { hint: 'Leave it out, or begin a new one.' });
  const { folder, document } = await reopenPretrainingFolder(path);
  const { data, seed } = document.configuration;
  if (data.kind === 'pictures' && args.images === undefined) throw new CovidCtError('USAGE', `${path} was pretrained on ${data.source}.`, { hint: 'Name it again: --images PATH' });
  if (data.kind === 'pictures' && data.track !== null && args.release === undefined) throw new CovidCtError('USAGE', `${path} is probed on a release.`, { hint: 'Name it again: --release PATH' });
  const wanted = { ...args, track: data.track?.name, folds: data.track?.folds ?? undefined, fold: data.track?.fold ?? undefined, transductive: data.transductive };
  const labelled = data.kind === 'pictures' && data.track === null ? undefined : await labelledOf(data.kind === 'pictures' ? wanted : { ...wanted, images: undefined }, context);
  const source = await sourceOf(data.kind === 'pictures' ? wanted : { ...wanted, images: undefined }, seed, labelled);
  if (source.sha256 !== data.sha256) throw new CovidCtError('BAD_INPUT', `${path} was pretrained on other pictures than ${source.name} now holds.`, { hint: 'Name the same pictures and release.' });
  return { folder, document, source, labelled, start: undefined };
}

function epochLine(record: PretrainingEpoch, epochs: number): string {
  const { epoch, loss, accuracy, heldOutAccuracy, seconds, imagesPerSecond, peakMemoryBytes } = record;
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(3)}  held out ${heldOutAccuracy.toFixed(3)}  ${imagesPerSecond.toFixed(1)} images/s  ${formatDuration(seconds)}  ${formatBytes(peakMemoryBytes)}`;
}

function printOutcome({ id, steps, seconds, configuration, random, before, after }: PretrainingDocument, context: CommandContext): void {
  const { data } = configuration;
  const transductive = data.transductive ? ' Transductive: images of validation and test were seen.' : '';
  context.print();
  context.print(wrapText(`${id}${data.synthetic ? ' (synthetic data)' : ''}: ${steps} steps, ${formatDuration(seconds)}.${transductive}`));
  if (before === undefined || after === undefined) return;
  context.print(wrapText(`Held out, ${data.heldOut} pictures: a view's nearest is the picture's other view in ${before.contrastive.toFixed(3)} before and ${after.contrastive.toFixed(3)} after; by chance in ${(1 / data.heldOut).toFixed(3)}.`));
  if (random === undefined || random === null || before.probe === null || after.probe === null) return;
  const figure = ({ auc, low, high }: typeof random) => `${auc.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  context.print(wrapText(`Linear probe, AUC on ${after.probe.val} validation images: ${figure(random)} drawn at random, ${figure(before.probe)} before, ${figure(after.probe)} after.`));
}

/** `--sample` as the options that it stands for. */
function withSample(args: PretrainArguments): PretrainArguments {
  if (args.sample !== true) return args;
  const given = (['release', 'track', 'preset', 'images', 'resume'] as const).find((name) => args[name] !== undefined);
  if (given !== undefined) throw new CovidCtError('USAGE', `--sample stands for --release sample --track clean --preset sample; --${given} has no place beside it.`, { hint: 'Give one or the other.' });
  return { ...args, release: 'sample', track: 'clean', preset: 'sample' };
}

async function run(given: PretrainArguments, context: CommandContext): Promise<number> {
  const args = withSample(given);
  const { folder, document, source, labelled, start } = args.resume === undefined ? await newRun(args, context) : await oldRun(args.resume, args, context);
  try {
    const { data, threads, plan } = document.configuration;
    context.note(`${document.id}, ${data.pictures} pictures, ${data.heldOut} held out, ${threads} threads. ${document.use}`);
    const finished = await pretrain(folder, document, start, {
      source,
      probe: labelled,
      progress: context.progress,
      signal: context.signal,
      onEpoch: (record) => context.print(epochLine(record, plan.epochs)),
    });
    printOutcome(finished.document, context);
    context.print(`Weights, for --init: ${folder.path}`);
    context.printJson({ run: finished.document, folder: folder.path, epochs: finished.epochs });
    return 0;
  } finally {
    await source.close();
    await labelled?.release.close();
  }
}

/** `covid-ct pretrain`. */
export const pretrainCommand = defineCommand({
  command: 'pretrain',
  describe: 'Pretrain a network without labels, by momentum contrast: weights for train self-trans',
  examples: [
    ['$0 pretrain --images LUNA.zip --init FILE --out luna', 'on CT slices, from ImageNet weights'],
    ['$0 pretrain --release DIR --track legacy --init luna --out legacy', 'then on the training images of a track'],
    ['$0 train self-trans --release DIR --track legacy --init legacy', 'then fine-tune'],
    ['$0 pretrain --sample', 'on the synthetic sample'],
    ['$0 pretrain --resume luna --images LUNA.zip', 'go on with a pretraining that was stopped'],
  ],
  options,
  run,
});
