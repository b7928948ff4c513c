import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, sha256, type Workspace } from '../../base/index.ts';
import { catalogue, fitState, freshState, imagenetNormalisation, listWeights, loadWeights, readWeights, type Architecture } from '../../models/index.ts';
import { fromFloat32, startingValues, type Start, type StateDict, type StateTensor } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';
import { readStages } from '../pretraining/stages.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { Init, PretrainingStage } from './lineage.ts';
import type { RunConfiguration, RunDocument } from './run-document.ts';
import { architectureOptions } from './network.ts';

/** Weights to start from, and what is said of them. */
export interface StartingState {
  readonly state: StateDict;
  readonly init: RunConfiguration['init'];
}

/**
 * The state that a run starts from: drawn by the seed, or read from a file or the workspace's registry; a classifier of
 * another shape than the recipe's is drawn anew, and `init.replaced` says so.
 * @param init a path, a pretraining's folder, or a name that `covid-ct models list` shows
 * @throws CovidCtError NOT_FOUND, BAD_CHECKPOINT
 */
export async function startingState(architecture: Architecture, recipe: Recipe, seed: number, init: string | undefined, workspace: Workspace): Promise<StartingState> {
  const options = architectureOptions(recipe);
  if (init === undefined) return { state: withClassifier(recipe, freshState(architecture, options, seed), architecture.head, seed), init: null };
  const found = await findWeights(init, workspace);
  try {
    const { state, replaced } = fitState(architecture, options, found.tensors, { replaceHead: true, seed });
    return { state: withClassifier(recipe, state, replaced, seed), init: initOf(init, found, replaced) };
  } catch (error) {
    throw fromNn(error);
  }
}

/** Draws a fresh classifier as the recipe has it. timm's start for EfficientNet is so wide that the first losses are several times ln 2, and the first steps would spoil trained weights. */
function withClassifier(recipe: Recipe, state: StateDict, fresh: readonly string[], seed: number): StateDict {
  const { classifier } = recipe;
  if (classifier === 'library') return state;
  return new Map([...state].map(([name, tensor]): [string, StateTensor] => {
    if (!fresh.includes(name)) return [name, tensor];
    const start: Start = tensor.shape.length === 1 ? { kind: 'constant', value: 0 } : { kind: 'normal', mean: 0, deviation: classifier.deviation };
    return [name, fromFloat32(startingValues(name, tensor.shape, start, seed), tensor.shape)];
  }));
}

/** A file of weights, and what is told of how they were made. */
export interface FoundWeights {
  readonly tensors: StateDict;
  readonly sha256: string;
  readonly pretraining: readonly PretrainingStage[] | undefined;
}

/**
 * Weights by a file's path, the folder of a pretraining, or a name that the workspace holds.
 * @throws CovidCtError NOT_FOUND; BAD_INPUT for a pretraining that has not finished
 */
export async function findWeights(init: string, workspace: Workspace): Promise<FoundWeights> {
  const facts = await stat(init).catch(() => undefined);
  if (facts?.isDirectory() === true) {
    const pretraining = await readStages(init);
    const bytes = await readFile(join(init, 'weights.safetensors'));
    return { tensors: (await readWeights(bytes, basename(init))).tensors, sha256: sha256(bytes), pretraining };
  }
  if (facts !== undefined) {
    const bytes = await readFile(init);
    return { tensors: (await readWeights(bytes, basename(init))).tensors, sha256: sha256(bytes), pretraining: undefined };
  }
  const entry = (await listWeights(workspace)).find(({ name }) => name === init);
  if (entry === undefined) {
    throw new CovidCtError('NOT_FOUND', `${init} is neither a file nor weights that the workspace holds.`, { hint: 'covid-ct models list shows what there is.' });
  }
  return { tensors: (await loadWeights(workspace, init)).tensors, sha256: entry.sha256, pretraining: undefined };
}

/** What is said of weights that a run started from. */
export function initOf(name: string, found: FoundWeights, replaced: readonly string[]): Init {
  return { name: basename(name), sha256: found.sha256, replaced: [...replaced], ...(found.pretraining === undefined ? {} : { pretraining: [...found.pretraining] }) };
}

/** What a recipe normalises pictures with, three numbers each. */
export function normalisationOf(recipe: Pick<Recipe, 'normalisation'>, architecture: string): { readonly mean: number[]; readonly std: number[] } {
  if (recipe.normalisation !== 'weights') return recipe.normalisation;
  const known = catalogue.find((entry) => entry.architecture === architecture)?.normalisation ?? imagenetNormalisation;
  return { mean: [...known.mean], std: [...known.std] };
}

/** Arithmetic threads unless said: one a core, at most 8. */
export function defaultThreads(): number {
  return Math.min(8, availableParallelism());
}

const packageSchema = z.object({ version: z.string() });

/** Where a run is made. */
export function environmentOf(version: string): RunDocument['environment'] {
  const [first] = cpus();
  const onnxruntime = packageSchema.parse(createRequire(import.meta.url)('onnxruntime-node/package.json')).version;
  return {
    covidCt: version,
    node: process.versions.node,
    onnxruntime,
    platform: `${process.platform} ${process.arch}`,
    cpu: first?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
  };
}

/** A run's name by what it is: `transfer-efficientnet_lite0-legacy-seed0`. */
export function runName({ recipe, architecture, track, seed, control }: Pick<RunConfiguration, 'recipe' | 'architecture' | 'track' | 'seed' | 'control'>): string {
  const preset = recipe.preset === 'cpu' ? '' : `-${recipe.preset}`;
  const fold = track.fold === null ? '' : `-fold${track.fold}of${track.folds}`;
  const cheat = control === undefined ? '' : `-control-${control}`;
  return `${recipe.kind}${preset}${cheat}-${architecture}-${track.name}${fold}-seed${seed}`;
}

/** The run's id: its name and eight figures of its configuration's hash. */
export function runId(configuration: RunConfiguration): string {
  return `${runName(configuration)}-${sha256(Buffer.from(JSON.stringify(configuration))).slice(0, 8)}`;
}
