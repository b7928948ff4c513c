import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere, sha256, sha256OfFile, withLock, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { NnError, readSafetensors, readTorchFile, stateDictOf, type StateDict } from '../../nn/index.ts';
import { catalogue, imagenetNormalisation, type CatalogueEntry, type Normalisation } from './catalogue.ts';
import { identifyArchitecture, type Identified } from './identify.ts';

const three = z.tuple([z.number(), z.number(), z.number()]);
const entrySchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,80}$/),
  architecture: z.string(),
  source: z.string(),
  licence: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  format: z.enum(['safetensors', 'torch']),
  classes: z.int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]).default(3),
  inputSize: z.int().positive(),
  normalisation: z.strictObject({ mean: three, std: three }),
  /** ISO 8601, UTC. */
  added: z.string(),
});
const registrySchema = z.strictObject({ format: z.literal('covid-ct models 1'), models: z.array(entrySchema) });

/** A file of weights that the workspace holds. */
export type RegisteredWeights = z.infer<typeof entrySchema>;

/** What is said of a local file when it is imported; the rest is read from it. */
export interface WeightsDescription {
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  /** What it is expected to be; without it, it is what its names and shapes say. */
  readonly architecture?: string;
  /** The architecture's own unless given. */
  readonly inputSize?: number;
  /** As of the catalogue's weights of the same architecture unless given. */
  readonly normalisation?: Normalisation;
}

/**
 * Brings a file from an address into the workspace's objects, resuming where it stopped, and gives its hash. `accept`
 * sees the whole file before it becomes an object, and throws to refuse it.
 */
export type DownloadObject = (address: string, accept: (path: string) => Promise<void>) => Promise<{ readonly sha256: string }>;

function registryPath(workspace: Workspace): string {
  return join(workspace.folder, 'models.json');
}

/**
 * Reads a checkpoint of either kind.
 * @throws CovidCtError BAD_CHECKPOINT naming the file and the place
 */
export async function readWeights(bytes: Uint8Array, name: string): Promise<{ readonly format: RegisteredWeights['format']; readonly tensors: StateDict }> {
  try {
    // A safetensors file begins with a small length and a `{`; PyTorch's begin with PK or 0x80.
    if (bytes[8] === 0x7b) return { format: 'safetensors', tensors: readSafetensors(bytes).tensors };
    return { format: 'torch', tensors: stateDictOf(await readTorchFile(bytes)) };
  } catch (error) {
    if (!(error instanceof NnError)) throw error;
    throw new CovidCtError('BAD_CHECKPOINT', `${name}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
  }
}

/** Weights in the workspace, sorted by name. */
export async function listWeights(workspace: Workspace): Promise<readonly RegisteredWeights[]> {
  const text = await ifThere(readFile(registryPath(workspace), 'utf8'));
  if (text === undefined) return [];
  try {
    return registrySchema.parse(JSON.parse(text)).models.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${registryPath(workspace)} is no list of models.`, { hint: 'Remove it, and pull or import the weights again.', cause: error });
  }
}

async function register(workspace: Workspace, entry: RegisteredWeights): Promise<RegisteredWeights> {
  const checked = entrySchema.parse(entry);
  await withLock(`${registryPath(workspace)}.lock`, async () => {
    const others = (await listWeights(workspace)).filter((other) => other.name !== checked.name);
    await writeFileAtomic(registryPath(workspace), `${JSON.stringify({ format: 'covid-ct models 1', models: [...others, checked] }, null, 2)}\n`);
  });
  return checked;
}

/** A file of weights that was read: what it is, and of which architecture. */
interface Examined extends Identified {
  readonly format: RegisteredWeights['format'];
  readonly size: number;
}

/** Reads weights and tells whose they are. @throws CovidCtError BAD_CHECKPOINT, also when they are not of the architecture that was expected */
async function examine(bytes: Uint8Array, name: string, expected: string | undefined): Promise<Examined> {
  const { format, tensors } = await readWeights(bytes, name);
  const identified = identifyArchitecture(tensors, name);
  if (expected !== undefined && identified.architecture.name !== expected) {
    throw new CovidCtError('BAD_CHECKPOINT', `${name} holds weights of ${identified.architecture.title}, not of ${expected}.`, { hint: 'Leave the architecture out: it is told by names and shapes.' });
  }
  return { ...identified, format, size: bytes.length };
}

/** How weights of an architecture are normalised, as far as the catalogue knows. */
const usualNormalisation = (architecture: string): Normalisation => catalogue.find((entry) => entry.architecture === architecture)?.normalisation ?? imagenetNormalisation;

/**
 * Takes a local file of weights into the workspace, when its names and shapes are of an architecture here.
 * @throws CovidCtError BAD_CHECKPOINT when it cannot be read or fits none, TARGET_EXISTS when the name is taken by another file
 */
export async function importWeights(workspace: Workspace, file: string, description: WeightsDescription, when: Date): Promise<RegisteredWeights> {
  const bytes = await readFile(file);
  const hash = sha256(bytes);
  if ((await listWeights(workspace)).some((entry) => entry.name === description.name && entry.sha256 !== hash)) {
    throw new CovidCtError('TARGET_EXISTS', `The workspace has other weights called ${description.name}.`, { hint: 'Choose another --name.' });
  }
  // Read before it is kept: what cannot be loaded does not become an object.
  const { architecture, options, format, size } = await examine(bytes, basename(file), description.architecture);
  await workspace.objects.put(bytes);
  return register(workspace, {
    name: description.name,
    architecture: architecture.name,
    source: description.source === '' ? basename(file) : description.source,
    licence: description.licence,
    ...options,
    inputSize: description.inputSize ?? architecture.inputSize,
    normalisation: mutable(description.normalisation ?? usualNormalisation(architecture.name)),
    format,
    size,
    sha256: hash,
    added: when.toISOString(),
  });
}

const mutable = ({ mean, std }: Normalisation): RegisteredWeights['normalisation'] => ({ mean: [...mean], std: [...std] });

/**
 * The catalogue's entry of a name.
 * @throws CovidCtError NOT_FOUND, naming what there is
 */
export function catalogueEntry(name: string): CatalogueEntry {
  const entry = catalogue.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    throw new CovidCtError('NOT_FOUND', `The registry knows no weights called ${JSON.stringify(name)}.`, { hint: `It knows ${catalogue.map((known) => known.name).join(', ')}.` });
  }
  return entry;
}

/** Whether the workspace's weights are the file that the catalogue means. */
export function isEntry(weights: RegisteredWeights, entry: CatalogueEntry): boolean {
  return weights.name === entry.name && (entry.sha256 === undefined || weights.sha256.startsWith(entry.sha256));
}

/**
 * Downloads weights that the catalogue knows and keeps them, once their SHA-256 is their maker's (where it gives one) and
 * their names and shapes are the architecture's. What is there already is not fetched again.
 * @throws CovidCtError HASH_MISMATCH when other bytes came than their maker says, BAD_CHECKPOINT when they do not fit,
 *   TARGET_EXISTS when other weights have the name, and what the download throws
 */
export async function pullWeights(workspace: Workspace, entry: CatalogueEntry, download: DownloadObject, when: Date): Promise<RegisteredWeights> {
  const there = (await listWeights(workspace)).find((weights) => weights.name === entry.name);
  if (there !== undefined && !isEntry(there, entry)) {
    throw new CovidCtError('TARGET_EXISTS', `The workspace has other weights called ${entry.name}, from ${there.source}.`, { hint: 'Use those, or another workspace.' });
  }
  if (there !== undefined && (await workspace.objects.has(there.sha256))) return there;
  const check = async (path: string): Promise<Examined> => {
    const found = await sha256OfFile(path);
    if (entry.sha256 !== undefined && !found.startsWith(entry.sha256)) {
      throw new CovidCtError('HASH_MISMATCH', `${entry.address} gave a file whose SHA-256 begins with ${found.slice(0, entry.sha256.length)}, not ${entry.sha256}.`, {
        hint: 'Nothing was kept. Try again, or get the file elsewhere and use: covid-ct models import FILE',
      });
    }
    const examined = await examine(await readFile(path), entry.name, entry.architecture);
    if (examined.options.classes !== entry.classes) {
      throw new CovidCtError('BAD_CHECKPOINT', `${entry.address} gave weights of ${examined.options.classes} classes, not ${entry.classes}.`, { hint: 'Nothing was kept. Check the address.' });
    }
    return examined;
  };
  let seen: Examined | undefined;
  const { sha256: hash } = await download(entry.address, async (path) => {
    seen = await check(path);
  });
  // A file that had wholly come before is not shown again by the download.
  const { options, format, size } = seen ?? (await check(workspace.objects.pathOf(hash)));
  const { name, architecture, licence, inputSize, normalisation, address, training } = entry;
  return register(workspace, { name, architecture, licence, ...options, inputSize, normalisation: mutable(normalisation), source: `${address} (${training})`, format, size, sha256: hash, added: when.toISOString() });
}

/**
 * Weights of the workspace by name.
 * @throws CovidCtError NOT_FOUND when they were neither pulled nor imported
 */
export async function loadWeights(workspace: Workspace, name: string): Promise<{ readonly entry: RegisteredWeights; readonly tensors: StateDict }> {
  const entry = (await listWeights(workspace)).find((weights) => weights.name === name);
  if (entry === undefined) {
    const known = catalogue.some((candidate) => candidate.name === name);
    throw new CovidCtError('NOT_FOUND', `The workspace has no weights called ${JSON.stringify(name)}.`, {
      hint: known ? `Get them with: covid-ct models pull ${name}` : 'covid-ct models list shows what there is.',
    });
  }
  const { tensors } = await readWeights(await workspace.objects.get(entry.sha256), entry.name);
  return { entry, tensors };
}
