import type { ArgumentsCamelCase, Argv } from 'yargs';
import { CovidCtError, formatBytes, formatDuration } from '../../base/index.ts';
import {
  createRunFolder,
  defaultThreads,
  findRecipe,
  hashOfParts,
  openRunFolder,
  partsOf,
  prepareRun,
  recipeKinds,
  runName,
  trainRun,
  type EpochRecord,
  type Parts,
  type Recipe,
  type RunDocument,
  type RunFolder,
  type RunOutcome,
} from '../../benchmark/index.ts';
import type { StateDict } from '../../nn/index.ts';
import type { Release } from '../../release/index.ts';
import { rocAuc } from '../../statistics/index.ts';
import { trackNames } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor } from '../open-track.ts';
import { packageVersion } from '../version.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('recipe', { choices: recipeKinds, describe: 'how to train; not with --resume' })
    .option('preset', { type: 'string', requiresArg: true, describe: 'settings of the recipe (default: cpu, about ten minutes on two cores)' })
    .option('model', { type: 'string', requiresArg: true, describe: "the network (default: the recipe's); covid-ct models list shows them" })
    .option('track', { choices: trackNames, describe: 'legacy: the published lists; clean: grouped, without quarantined images (default: legacy)' })
    .option('folds', { type: 'number', requiresArg: true, describe: "clean: this many grouped folds; --fold says which one tests" })
    .option('fold', { type: 'number', requiresArg: true, describe: 'the fold that tests, from 1' })
    .option('audit', { type: 'string', requiresArg: true, describe: 'take duplicates from this audit.json instead of looking for them' })
    .option('seed', { type: 'number', requiresArg: true, describe: 'the same seed gives the same weights (default: 0)' })
    .option('init', { type: 'string', requiresArg: true, describe: 'weights to start from: a file, or a name of covid-ct models list' })
    .option('epochs', { type: 'number', requiresArg: true, describe: "instead of the recipe's" })
    .option('threads', { type: 'number', requiresArg: true, describe: 'for arithmetic (default: one a core, at most 8)' })
    .option('out', { type: 'string', requiresArg: true, describe: "folder of the run (default: in the workspace's runs)" })
    .option('resume', { type: 'string', requiresArg: true, describe: 'go on with this run, from its last whole epoch' });
}

type TrainArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

/** A run that is ready to go. */
interface Ready {
  readonly folder: RunFolder;
  readonly document: RunDocument;
  readonly parts: Parts;
  readonly start: StateDict | undefined;
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
  throw new CovidCtError('USAGE', `--${name} ${value} is no whole number from ${least} on.`);
}

function recipeFor(args: TrainArguments): Recipe {
  if (args.recipe === undefined) throw new CovidCtError('USAGE', 'Name a recipe, or a run to go on with.', { hint: 'See: covid-ct train --help' });
  const recipe = findRecipe(args.recipe, args.preset ?? 'cpu');
  if (recipe.kind === 'transfer' && args.init === undefined) {
    throw new CovidCtError('USAGE', 'The recipe transfer starts from weights that were trained before.', { hint: 'Give them by --init FILE|NAME, or train from nothing by the recipe scratch.' });
  }
  if (recipe.kind === 'scratch' && args.init !== undefined) {
    throw new CovidCtError('USAGE', 'The recipe scratch starts from nothing, so --init has no place in it.', { hint: 'Use the recipe transfer.' });
  }
  return args.epochs === undefined ? recipe : { ...recipe, epochs: wholeNumber('epochs', args.epochs, 1) };
}

async function newRun(args: TrainArguments, context: CommandContext, release: Release): Promise<Ready> {
  const recipe = recipeFor(args);
  const seed = wholeNumber('seed', args.seed ?? 0, 0);
  const threads = args.threads === undefined ? defaultThreads() : wholeNumber('threads', args.threads, 1);
  if ((args.folds === undefined) !== (args.fold === undefined)) throw new CovidCtError('USAGE', '--folds and --fold go together.', { hint: 'For example: --folds 5 --fold 1' });
  // The run's seed is not the track's: the clean track is one and the same for all of them.
  const track = await openTrackFor({ ...args, seed: undefined }, context, release);
  const { workspace } = context;
  const { document, parts, start } = await prepareRun({ release, track, fold: args.fold, recipe, model: args.model, seed, init: args.init, threads, workspace, version: packageVersion() });
  const folder = await createRunFolder(args.out ?? workspace.path('runs', runName(document.configuration)));
  return { folder, document, parts, start };
}

const fixedByRun = ['recipe', 'preset', 'model', 'track', 'folds', 'fold', 'seed', 'init', 'epochs', 'threads', 'out'] as const;

async function oldRun(path: string, args: TrainArguments, context: CommandContext, release: Release): Promise<Ready> {
  const given = fixedByRun.find((name) => args[name] !== undefined);
  if (given !== undefined) throw new CovidCtError('USAGE', `--resume goes on with a run as it was begun; ${given} cannot change it.`, { hint: 'Leave it out, or begin a new run.' });
  const folder = openRunFolder(path);
  const document = await folder.readDocument();
  const { track: wanted, data } = document.configuration;
  const track = await openTrackFor({ ...args, track: wanted.name, folds: wanted.folds ?? undefined, seed: wanted.seed ?? undefined }, context, release);
  const parts = partsOf(release, track, wanted.fold ?? undefined);
  if ((await hashOfParts(release, parts)) !== data.sha256) {
    throw new CovidCtError('BAD_INPUT', `${path} was trained on other data than ${release.name} now has in its ${wanted.name} track.`, { hint: 'Name the same release by --release; corrections made since then change the clean track.' });
  }
  return { folder, document, parts, start: undefined };
}

function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, loss, val, seconds, imagesPerSecond, peakMemoryBytes } = record;
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  val loss ${val.loss.toFixed(4)}  val AUC ${val.auc.toFixed(3)}  ${imagesPerSecond.toFixed(1)} images/s  ${formatDuration(seconds)}  ${formatBytes(peakMemoryBytes)}`;
}

function aucOf(parts: Parts, part: 'val' | 'test', scores: readonly number[]): number {
  return rocAuc(parts[part].map(({ target }, i) => ({ positive: target === 0, score: scores[i] ?? NaN })));
}

function printOutcome({ folder, parts }: Ready, outcome: RunOutcome, context: CommandContext): void {
  const { configuration, seconds, id } = outcome.document;
  const [val, test] = [aucOf(parts, 'val', outcome.val), aucOf(parts, 'test', outcome.test)];
  context.print();
  context.print(`${id}${configuration.data.synthetic ? ' (synthetic data)' : ''}: ${formatDuration(seconds)}.`);
  context.print(`AUC, ${configuration.positive} positive: ${val.toFixed(3)} on validation (n = ${parts.val.length}), ${test.toFixed(3)} on test (n = ${parts.test.length}).`);
  context.print(`Run: ${folder.path}`);
  context.printJson({ run: outcome.document, folder: folder.path, epochs: outcome.epochs, auc: { val, test } });
}

async function run(args: TrainArguments, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const ready = args.resume === undefined ? await newRun(args, context, release) : await oldRun(args.resume, args, context, release);
    const { configuration } = ready.document;
    context.note(`${ready.document.id}, ${configuration.data.train} training images, ${configuration.threads} threads. ${ready.document.use}`);
    const { epochs } = configuration.recipe;
    const outcome = await trainRun(ready.folder, ready.document, ready.start, {
      release,
      parts: ready.parts,
      progress: context.progress,
      signal: context.signal,
      onEpoch: (record) => context.print(epochLine(record, epochs)),
    });
    printOutcome(ready, outcome, context);
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
    ['$0 train scratch --release sample --epochs 2', 'from nothing, on the synthetic sample'],
    ['$0 train --resume .covid-ct/runs/NAME', 'go on with a run that was stopped'],
  ],
  options,
  run,
});
