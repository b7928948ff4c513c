import type { Workspace } from '../../base/index.ts';
import { findArchitecture } from '../../models/index.ts';
import type { StateDict } from '../../nn/index.ts';
import type { Release } from '../../release/index.ts';
import type { Track } from '../../splits/index.ts';
import { controlParts, type TrainedControl } from '../controls/trained-controls.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { environmentOf, normalisationOf, runId, startingState } from './configuration.ts';
import { hashOfParts, partsOf, type Parts } from './parts.ts';
import type { RunConfiguration, RunDocument } from './run-document.ts';

/** Said by every run. */
export const researchOnly = 'Research only, never diagnosis.';

/** What a run is to be. */
export interface RunRequest {
  readonly release: Release;
  readonly track: Track;
  /** Counted from 1; with folds only. */
  readonly fold?: number | undefined;
  /** Parts of its own in place of the track's: a search within training and validation. */
  readonly parts?: Parts | undefined;
  readonly recipe: Recipe;
  /** The recipe's own unless given. */
  readonly model?: string | undefined;
  readonly seed: number;
  /** To train a cheating control instead of a model. */
  readonly control?: TrainedControl | undefined;
  readonly init?: string | undefined;
  readonly threads: number;
  readonly workspace: Workspace;
  /** Of the program. */
  readonly version: string;
}

/** A run that can begin. */
export interface PreparedRun {
  readonly document: RunDocument;
  readonly parts: Parts;
  readonly start: StateDict;
}

/**
 * Settles everything that a run depends on, before anything is written.
 * @throws CovidCtError for a model, fold, weights or release that do not fit
 */
export async function prepareRun(request: RunRequest): Promise<PreparedRun> {
  const { release, track, recipe, seed, control } = request;
  const architecture = findArchitecture((request.model ?? recipe.architecture).replaceAll('-', '_'));
  const parts = request.parts ?? partsOf(release, track, request.fold);
  const { state, init } = await startingState(architecture, recipe, seed, request.init, request.workspace);
  const configuration: RunConfiguration = {
    recipe,
    architecture: architecture.name,
    track: { name: track.name, seed: track.seed ?? null, folds: track.kind === 'folds' ? track.parts.length : null, fold: request.fold ?? null },
    seed,
    ...(control === undefined ? {} : { control }),
    init,
    threads: request.threads,
    classes: [...parts.classes],
    positive: parts.classes[0] ?? '',
    normalisation: normalisationOf(recipe, architecture.name),
    data: { release: release.name, synthetic: release.synthetic, sha256: await hashOfParts(release, parts), train: parts.train.length, val: parts.val.length, test: parts.test.length },
  };
  const now = new Date().toISOString();
  const document: RunDocument = {
    format: 'covid-ct run 1',
    id: runId(configuration),
    use: researchOnly,
    configuration,
    environment: environmentOf(request.version),
    state: 'running',
    epochs: 0,
    started: now,
    changed: now,
    seconds: 0,
  };
  return { document, parts: controlParts(parts, control, seed), start: state };
}
