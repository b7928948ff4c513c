import type { ArgumentsCamelCase, Argv } from 'yargs';
import { CovidCtError, formatBytes, formatDuration } from '../../base/index.ts';
import {
  controlParts,
  createRunFolder,
  defaultThreads,
  figureText,
  figureTitles,
  findRecipe,
  hashOfParts,
  isRecipeFile,
  partsOf,
  prepareRun,
  readRecipe,
  recipeKinds,
  reopenRunFolder,
  runName,
  trainRun,
  trainedControlNames,
  type EpochRecord,
  type Evaluation,
  type Parts,
  type Recipe,
  type RunDocument,
  type RunFolder,
  type RunOutcome,
} from '../../benchmark/index.ts';
import type { StateDict } from '../../nn/index.ts';
import type { Release } from '../../release/index.ts';
import { trackNames, type Track } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor } from '../open-track.ts';
import { reportRun } from '../report-run.ts';
import { packageVersion } from '../version.ts';
import { wholeNumber } from '../whole-number.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('recipe', { choices: recipeKinds, describe: 'how to train; not with --resume' })
    .option('sample', { type: 'boolean', describe: 'on the synthetic sample: --release sample --track clean --preset sample' })
    .option('preset', { type: 'string', requiresArg: true, describe: 'settings of the recipe, or a .json file with a recipe of your own (default: cpu, about ten minutes on two cores)' })
    .option('model', { type: 'string', requiresArg: true, describe: "the network (default: the recipe's); covid-ct models list shows them" })
    .option('track', { choices: trackNames, describe: 'legacy: the published lists; clean: grouped, without quarantined images (default: legacy)' })
    .option('folds', { type: 'number', requiresArg: true, describe: "clean: this many grouped folds; --fold says which one tests" })
    .option('fold', { type: 'number', requiresArg: true, describe: 'the fold that tests, from 1' })
    .option('audit', { type: 'string', requiresArg: true, describe: 'take duplicates from this audit.json instead of looking for them' })
    .option('seed', { type: 'number', requiresArg: true, describe: 'the same seed gives the same weights (default: 0)' })
    .option('control', { choices: trainedControlNames, describe: 'train a cheating control: without lungs, on the border alone, or on shuffled labels' })
    .option('init', { type: 'string', requiresArg: true, describe: 'weights to start from: a file, the folder of a pretraining, or a name of covid-ct models list' })
    .option('epochs', { type: 'number', requiresArg: true, describe: "instead of the recipe's; 0: judge the weights as they are" })
    .option('threads', { type: 'number', requiresArg: true, describe: 'for arithmetic (default: one a core, at most 8)' })
    .option('out', { type: 'string', requiresArg: true, describe: "folder of the run (default: in the workspace's runs)" })
    .option('resume', { type: 'string', requiresArg: true, describe: 'go on with this run, from its last whole epoch' });
}

type TrainArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

/** A run that is ready to go. */
interface Ready {
  readonly folder: RunFolder;
  readonly document: RunDocument;
  readonly track: Track;
  readonly parts: Parts;
  readonly start: StateDict | undefined;
}

async function recipeFor(args: TrainArguments): Promise<Recipe> {
  if (args.recipe === undefined) throw new CovidCtError('USAGE', 'Name a recipe, or a run to go on with.', { hint: 'See: covid-ct train --help' });
  const preset = args.preset ?? 'cpu';
  const recipe = isRecipeFile(preset) ? await readRecipe(preset, args.recipe) : findRecipe(args.recipe, preset);
  if (recipe.kind === 'transfer' && args.init === undefined) {
    throw new CovidCtError('USAGE', 'The recipe transfer starts from weights that were trained before.', { hint: 'Give them by --init FILE|NAME, or train from nothing by the recipe scratch.' });
  }
  if (recipe.kind === 'scratch' && args.init !== undefined) {
    throw new CovidCtError('USAGE', 'The recipe scratch starts from nothing, so --init has no place in it.', { hint: 'Use the recipe transfer.' });
  }
  if (recipe.kind === 'self-trans' && args.init === undefined) {
    throw new CovidCtError('USAGE', 'The recipe self-trans starts from weights that were pretrained without labels.', { hint: 'Make them by covid-ct pretrain and give its folder by --init, or give the released Self-Trans.pt.' });
  }
  return args.epochs === undefined ? recipe : { ...recipe, epochs: wholeNumber('epochs', args.epochs, recipe.kind === 'scratch' ? 1 : 0) };
}

async function newRun(args: TrainArguments, context: CommandContext, release: Release): Promise<Ready> {
  const recipe = await recipeFor(args);
  const seed = wholeNumber('seed', args.seed ?? 0, 0);
  const threads = args.threads === undefined ? defaultThreads() : wholeNumber('threads', args.threads, 1);
  if ((args.folds === undefined) !== (args.fold === undefined)) throw new CovidCtError('USAGE', '--folds and --fold go together.', { hint: 'For example: --folds 5 --fold 1' });
  // The run's seed is not the track's: the clean track is one and the same for all of them.
  const track = await openTrackFor({ ...args, seed: undefined }, context, release);
  const { workspace } = context;
  const { document, parts, start } = await prepareRun({ release, track, fold: args.fold, recipe, model: args.model, seed, control: args.control, init: args.init, threads, workspace, version: packageVersion() });
  const folder = await createRunFolder(args.out ?? workspace.path('runs', runName(document.configuration)));
  return { folder, document, track, parts, start };
}

const fixedByRun = ['recipe', 'preset', 'model', 'track', 'folds', 'fold', 'seed', 'control', 'init', 'epochs', 'threads', 'out'] as const;

async function oldRun(path: string, args: TrainArguments, context: CommandContext, release: Release): Promise<Ready> {
  const given = fixedByRun.find((name) => args[name] !== undefined);
  if (given !== undefined) throw new CovidCtError('USAGE', `--resume goes on with a run as it was begun; ${given} cannot change it.`, { hint: 'Leave it out, or begin a new run.' });
  const { folder, document } = await reopenRunFolder(path);
  const { track: wanted, data, control, seed } = document.configuration;
  const track = await openTrackFor({ ...args, track: wanted.name, folds: wanted.folds ?? undefined, seed: wanted.seed ?? undefined }, context, release);
  const parts = partsOf(release, track, wanted.fold ?? undefined);
  if ((await hashOfParts(release, parts)) !== data.sha256) {
    throw new CovidCtError('BAD_INPUT', `${path} was trained on other data than ${release.name} now has in its ${wanted.name} track.`, { hint: 'Name the same release by --release; corrections made since then change the clean track.' });
  }
  return { folder, document, track, parts: controlParts(parts, control, seed), start: undefined };
}

function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, loss, val, seconds, imagesPerSecond, peakMemoryBytes } = record;
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  val loss ${val.loss.toFixed(4)}  val AUC ${val.auc.toFixed(3)}  ${imagesPerSecond.toFixed(1)} images/s  ${formatDuration(seconds)}  ${formatBytes(peakMemoryBytes)}`;
}

function printOutcome({ folder }: Ready, outcome: RunOutcome, evaluation: Evaluation, context: CommandContext): void {
  const { configuration, seconds, id } = outcome.document;
  const { n, metrics } = evaluation.images;
  context.print();
  context.print(`${id}${configuration.data.synthetic ? ' (synthetic data)' : ''}: ${formatDuration(seconds)}.`);
  context.print(wrapText(`Test, ${n} images, ${configuration.positive} positive, 95 % intervals: ${(['auc', 'accuracy', 'f1'] as const).map((name) => `${figureTitles[name]} ${figureText(metrics[name])}`).join(', ')}.`));
  context.print(`Run, with report.html: ${folder.path}`);
}

/** `--sample` as the options that it stands for. */
function withSample(args: TrainArguments): TrainArguments {
  if (args.sample !== true) return args;
  const given = (['release', 'track', 'preset', 'resume'] as const).find((name) => args[name] !== undefined);
  if (given !== undefined) throw new CovidCtError('USAGE', `--sample stands for --release sample --track clean --preset sample; --${given} has no place beside it.`, { hint: 'Give one or the other.' });
  return { ...args, release: 'sample', track: 'clean', preset: 'sample' };
}

async function run(given: TrainArguments, context: CommandContext): Promise<number> {
  const args = withSample(given);
  const release = await openReleaseFor(args, context);
  try {
    const ready = args.resume === undefined ? await newRun(args, context, release) : await oldRun(args.resume, args, context, release);
    const { configuration } = ready.document;
    context.note(`${ready.document.id}, ${configuration.data.train} training images, ${configuration.threads} threads. ${ready.document.use}`);
    const { epochs } = configuration.recipe;
    if (epochs === 0) context.note(`Nothing is trained: ${configuration.init?.name ?? 'the weights'} is judged as it is, by the first two of its ${configuration.recipe.outputs} outputs${configuration.init?.replaced.length === 0 ? '' : ', drawn anew'}.`);
    const outcome = await trainRun(ready.folder, ready.document, ready.start, {
      release,
      parts: ready.parts,
      progress: context.progress,
      signal: context.signal,
      onEpoch: (record) => context.print(epochLine(record, epochs)),
    });
    const { evaluation, document } = await reportRun(ready.folder.path, ready.track, release, context);
    printOutcome(ready, outcome, evaluation, context);
    context.printJson({ run: outcome.document, folder: ready.folder.path, epochs: outcome.epochs, evaluation: document });
    return 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct train`. */
export const trainCommand = defineCommand({
  command: 'train [recipe]',
  describe: 'Train a baseline: a run folder with weights, predictions and figures',
  examples: [
    ['$0 train transfer --init efficientnet_lite0-imagenet1k', 'EfficientNet-Lite0 from ImageNet, on the published lists'],
    ['$0 train transfer --track clean --seed 1 --init FILE', 'the same from a file, without leakage, another seed'],
    ['$0 train scratch --sample', 'from nothing, on the synthetic sample, in less than a minute'],
    ['$0 train --resume .covid-ct/runs/NAME', 'go on with a run that was stopped'],
  ],
  options,
  run,
});
