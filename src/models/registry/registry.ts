import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, sha256, sha256OfFile, systemErrorCode, withLock, writeFileAtomic, type Workspace } from '../../base/index.ts';
import { NnError, readSafetensors, readTorchFile, stateDictOf, type StateDict } from '../../nn/index.ts';
import { catalogue, type CatalogueEntry, type Normalisation } from './catalogue.ts';

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
  inputSize: z.int().positive(),
  normalisation: z.strictObject({ mean: three, std: three }),
  /** ISO 8601, UTC. */
  added: z.string(),
});
const registrySchema = z.strictObject({ format: z.literal('covid-ct models 1'), models: z.array(entrySchema) });

/** A file of weights that the workspace holds. */
export type RegisteredWeights = z.infer<typeof entrySchema>;

/** What is said of a local file when it is imported. */
export interface WeightsDescription {
  readonly name: string;
  readonly architecture: string;
  readonly source: string;
  readonly licence: string;
  readonly classes: number;
  readonly inputSize: number;
  readonly normalisation: Normalisation;
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
  let text: string;
  try {
    text = await readFile(registryPath(workspace), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
  try {
    return registrySchema.parse(JSON.parse(text)).models.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${registryPath(workspace)} is no list of models.`, { hint: 'Remove it, and pull or import the weights again.', cause: error });
  }
}

async function register(workspace: Workspace, bytes: Uint8Array, hash: string, description: WeightsDescription, when: Date): Promise<RegisteredWeights> {
  const { format } = await readWeights(bytes, description.name);
  const entry = entrySchema.parse({ ...description, format, sha256: hash, size: bytes.length, added: when.toISOString() });
  await withLock(`${registryPath(workspace)}.lock`, async () => {
    const others = (await listWeights(workspace)).filter((other) => other.name !== entry.name);
    await writeFileAtomic(registryPath(workspace), `${JSON.stringify({ format: 'covid-ct models 1', models: [...others, entry] }, null, 2)}\n`);
  });
  return entry;
}

/**
 * Takes a local file of weights into the workspace.
 * @throws CovidCtError BAD_CHECKPOINT when it cannot be read, TARGET_EXISTS when the name is taken by another file
 */
export async function importWeights(workspace: Workspace, file: string, description: WeightsDescription, when: Date): Promise<RegisteredWeights> {
  const bytes = await readFile(file);
  const hash = sha256(bytes);
  const taken = (await listWeights(workspace)).find((entry) => entry.name === description.name && entry.sha256 !== hash);
  if (taken !== undefined) {
    throw new CovidCtError('TARGET_EXISTS', `The workspace has other weights called ${description.name}.`, { hint: 'Choose another --name.' });
  }
  // Read before it is kept: what cannot be loaded does not become an object.
  await readWeights(bytes, basename(file));
  await workspace.objects.put(bytes);
  return register(workspace, bytes, hash, { ...description, source: description.source === '' ? basename(file) : description.source }, when);
}

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

/**
 * Downloads weights that the catalogue knows, verifies their SHA-256 and keeps them. What is there already is not
 * fetched again.
 * @throws CovidCtError HASH_MISMATCH when other bytes came than their maker says, and what the download throws
 */
export async function pullWeights(workspace: Workspace, name: string, download: DownloadObject, when: Date): Promise<RegisteredWeights> {
  const entry = catalogueEntry(name);
  const there = (await listWeights(workspace)).find((weights) => weights.name === name && weights.sha256.startsWith(entry.sha256));
  if (there !== undefined && (await workspace.objects.has(there.sha256))) return there;
  const { sha256: hash } = await download(entry.address, async (path) => {
    const found = await sha256OfFile(path);
    if (!found.startsWith(entry.sha256)) {
      throw new CovidCtError('HASH_MISMATCH', `${entry.address} gave a file whose SHA-256 begins with ${found.slice(0, 8)}, not ${entry.sha256}.`, {
        hint: 'Nothing was kept. Try again, or get the file elsewhere and use: covid-ct models import FILE',
      });
    }
  });
  const { address, sha256: _, training, ...rest } = entry;
  return register(workspace, await workspace.objects.get(hash), hash, { ...rest, source: `${address} (${training})` }, when);
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
