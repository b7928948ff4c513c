import { basename, extname } from 'node:path';
import type { Argv } from 'yargs';
import { CovidCtError, formatBytes } from '../../base/index.ts';
import {
  catalogue,
  catalogueEntry,
  halfNormalisation,
  imagenetNormalisation,
  importWeights,
  isEntry,
  listWeights,
  pullWeights,
  type CatalogueEntry,
  type Normalisation,
  type RegisteredWeights,
} from '../../models/index.ts';
import { downloadObject, proxyWarning } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { formatTable } from '../table.ts';

const actions = ['list', 'pull', 'import'] as const;
/** Which options belong to which action. */
const optionsOf = { list: [], pull: ['from'], import: ['name', 'architecture', 'licence', 'source', 'mean', 'std', 'input-size'] } as const;
/** No file of weights here may be longer; VGG-16's has 554 MB. */
const longestFile = 1024 ** 3;

function options(yargs: Argv<CommonArguments>) {
  return yargs
    .positional('action', { choices: actions, demandOption: true, describe: 'what to do' })
    .positional('what', { type: 'string', describe: 'pull: the name of weights in the list; import: a file' })
    .option('from', { type: 'string', requiresArg: true, describe: 'pull: from this address, a mirror; the hash stays its maker’s' })
    .option('name', { type: 'string', requiresArg: true, describe: 'import: what to call it (default: the file’s name)' })
    .option('architecture', { type: 'string', requiresArg: true, describe: 'import: refuse weights of another' })
    .option('licence', { type: 'string', requiresArg: true, describe: 'import: under which licence it may be used' })
    .option('source', { type: 'string', requiresArg: true, describe: 'import: where it comes from' })
    .option('mean', { type: 'string', requiresArg: true, describe: 'import: of red, green and blue in [0, 1], as R,G,B or one number' })
    .option('std', { type: 'string', requiresArg: true, describe: 'import: standard deviations, likewise' })
    .option('input-size', { type: 'number', requiresArg: true, describe: 'import: pixels of the pictures it was trained on' });
}

type ModelsArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

/** Options that another action takes would do nothing: that is told. */
function refuseForeign(args: ModelsArguments): void {
  const own: readonly string[] = optionsOf[args.action];
  const given = new Map(Object.entries(args));
  const foreign = Object.values(optionsOf).flat().find((name) => given.get(name) !== undefined && !own.includes(name));
  if (foreign !== undefined) {
    throw new CovidCtError('USAGE', `models ${args.action} takes no --${foreign}.`, { hint: 'See: covid-ct models --help' });
  }
  if (args.action === 'list' && args.what !== undefined) throw new CovidCtError('USAGE', 'models list takes no name.', { hint: 'See: covid-ct models --help' });
}

function required(what: string | undefined, action: string, kind: string): string {
  if (what === undefined) throw new CovidCtError('USAGE', `models ${action} needs ${kind}.`, { hint: `covid-ct models ${action === 'pull' ? 'list shows the names' : 'import FILE'}.` });
  return what;
}

function triple(text: string, name: 'mean' | 'std'): readonly [number, number, number] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [red = NaN, green = red, blue = red] = numbers;
  const fits = (numbers.length === 1 || numbers.length === 3) && numbers.every((value) => Number.isFinite(value) && (name === 'std' ? value > 0 : value >= 0) && value <= 1);
  if (!fits) throw new CovidCtError('USAGE', `--${name} ${JSON.stringify(text)} is not one number or three, ${name === 'std' ? 'above 0 and at most 1' : 'from 0 to 1'}.`, { hint: `For instance: --${name} 0.485,0.456,0.406` });
  return [red, green, blue];
}

function normalisationOf(args: ModelsArguments): Normalisation | undefined {
  if (args.mean === undefined && args.std === undefined) return undefined;
  if (args.mean === undefined || args.std === undefined) throw new CovidCtError('USAGE', '--mean and --std belong together.', { hint: 'Give both, or neither.' });
  return { mean: triple(args.mean, 'mean'), std: triple(args.std, 'std') };
}

/** In a word, so that the table keeps its names whole; --json has the numbers. */
function describeNormalisation({ mean, std }: Normalisation): string {
  const is = (known: Normalisation): boolean => [0, 1, 2].every((i) => mean[i] === known.mean[i] && std[i] === known.std[i]);
  return is(imagenetNormalisation) ? 'ImageNet' : is(halfNormalisation) ? '-1 to 1' : 'its own';
}

/** One line of the list: weights of the catalogue, of the workspace, or of both. */
function record(entry: CatalogueEntry | undefined, weights: RegisteredWeights | undefined) {
  const either = weights ?? entry;
  const ours = weights !== undefined && (entry === undefined || isEntry(weights, entry));
  return {
    name: either?.name,
    architecture: either?.architecture,
    classes: either?.classes,
    inputSize: either?.inputSize,
    normalisation: either?.normalisation,
    licence: either?.licence,
    source: weights?.source ?? `${entry?.address} (${entry?.training})`,
    /** Of the file that is here; else what its maker gives of it, if anything. */
    sha256: weights?.sha256 ?? entry?.sha256 ?? null,
    bytes: weights?.size ?? null,
    megabytes: weights === undefined ? (entry?.megabytes ?? null) : weights.size / 1e6,
    here: weights !== undefined,
    /** Whether a hash of its maker vouches for the file that is, or would be, here. */
    vouched: entry?.sha256 !== undefined && (weights === undefined || ours),
  };
}

async function list(context: CommandContext): Promise<void> {
  const here = await listWeights(context.workspace);
  const records = [
    ...catalogue.map((entry) => record(entry, here.find((weights) => weights.name === entry.name))),
    ...here.filter((weights) => !catalogue.some((entry) => entry.name === weights.name)).map((weights) => record(undefined, weights)),
  ];
  const rows = records.map((each) => [
    each.name,
    each.here ? 'yes' : 'no',
    Math.round(each.megabytes ?? 0),
    each.sha256 === null ? 'not known' : `${each.sha256.slice(0, 8)}${each.vouched ? '' : ' *'}`,
    each.normalisation === undefined ? '' : describeNormalisation(each.normalisation),
    each.licence,
  ]);
  if (!context.json) {
    context.print(formatTable(['weights', 'here', 'MB', 'SHA-256', 'normalised', 'licence'], rows));
    context.print();
    context.print(`${here.length} of ${records.length} are in ${context.workspace.folder}. --json has architecture, source and numbers of each.`);
    context.print('SHA-256: the first 8 digits. Not known, or *: no hash of its maker vouches for the file.');
  }
  context.printJson({ workspace: context.workspace.folder, models: records });
}

function printWeights(weights: RegisteredWeights, did: string, context: CommandContext): void {
  context.print(`${did} ${weights.name}: ${weights.architecture}, ${weights.classes} classes, ${weights.channels === 1 ? 'gray' : 'colour'} pictures of ${weights.inputSize} pixels, ${formatBytes(weights.size)}.`);
  context.print(`Normalised: mean ${weights.normalisation.mean.join(', ')}, std ${weights.normalisation.std.join(', ')}. Licence: ${weights.licence}.`);
  context.print(`SHA-256 ${weights.sha256}, in ${context.workspace.folder}`);
  context.printJson(weights);
}

async function pull(args: ModelsArguments, context: CommandContext): Promise<void> {
  const known = catalogueEntry(required(args.what, 'pull', 'the name of weights'));
  const entry = args.from === undefined ? known : { ...known, address: args.from };
  const warning = proxyWarning();
  if (warning !== undefined) context.note(warning);
  if (entry.sha256 === undefined) context.note(`Its maker gives no SHA-256 of ${entry.name}: only names and shapes are checked.`);
  const advice = { missing: 'its maker may have moved the file; --from takes another address', otherwise: 'get the file by other means and use: covid-ct models import FILE' };
  const weights = await pullWeights(
    context.workspace,
    entry,
    (address, accept) => downloadObject(address, { workspace: context.workspace, limit: longestFile, label: entry.name, progress: context.progress, signal: context.signal, advice }, accept),
    new Date(),
  );
  printWeights(weights, 'Pulled', context);
}

async function importFile(args: ModelsArguments, context: CommandContext): Promise<void> {
  const file = required(args.what, 'import', 'a file');
  const name = args.name ?? basename(file, extname(file)).replaceAll(/[^\w.-]/g, '-').slice(0, 80);
  if (!/^[\w.-]{1,80}$/.test(name)) throw new CovidCtError('USAGE', `${JSON.stringify(name)} is no name for weights.`, { hint: 'Use up to 80 letters, digits, dots, hyphens and underscores.' });
  if (args['input-size'] !== undefined && !(Number.isInteger(args['input-size']) && args['input-size'] > 0)) throw new CovidCtError('USAGE', '--input-size is a whole number of pixels.', { hint: 'For instance: --input-size 224' });
  const normalisation = normalisationOf(args);
  const weights = await importWeights(
    context.workspace,
    file,
    {
      name,
      source: args.source ?? '',
      licence: args.licence ?? 'not stated',
      ...(args.architecture === undefined ? {} : { architecture: args.architecture }),
      ...(args['input-size'] === undefined ? {} : { inputSize: args['input-size'] }),
      ...(normalisation === undefined ? {} : { normalisation }),
    },
    new Date(),
  );
  printWeights(weights, 'Imported', context);
  if (normalisation === undefined) context.note('The file does not say how its pictures were normalised: that of its architecture was taken. Give --mean and --std where it differs.');
}

const perform = { list: (_: ModelsArguments, context: CommandContext) => list(context), pull, import: importFile };

/** `covid-ct models list|pull|import`. */
export const modelsCommand = defineCommand<ModelsArguments>({
  command: 'models <action> [what]',
  describe: 'List, download and import pretrained weights',
  examples: [
    ['$0 models list', 'what there is, and what of it is here'],
    ['$0 models pull densenet169-imagenet1k', 'download and verify; run it again to resume'],
    ['$0 models import Self-Trans.pt --mean 0.4527 --std 0.3317', 'a local .safetensors, .pt or .pth, told by names and shapes'],
  ],
  options,
  run: async (args, context) => {
    refuseForeign(args);
    await perform[args.action](args, context);
    return 0;
  },
});
