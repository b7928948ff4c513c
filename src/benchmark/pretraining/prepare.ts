import { CovidCtError, sha256, type Workspace } from '../../base/index.ts';
import { findArchitecture, fitState, freshState, type Architecture } from '../../models/index.ts';
import type { StateDict } from '../../nn/index.ts';
import { fromNn } from '../nn-failure.ts';
import { environmentOf, findWeights, initOf, normalisationOf } from '../training/configuration.ts';
import { researchOnly } from '../training/prepare.ts';
import type { PretrainingConfiguration, PretrainingDocument } from './document.ts';
import { withProjection } from './network.ts';
import type { PretrainingPlan } from './plan.ts';
import type { PretrainingSource } from './source.ts';

/** What a pretraining is to be. */
export interface PretrainingRequest {
  readonly source: PretrainingSource;
  /** Of the training images, or of the images that the probe is made on. */
  readonly track: PretrainingConfiguration['data']['track'];
  readonly plan: PretrainingPlan;
  /** The plan's own unless given. */
  readonly model?: string | undefined;
  readonly seed: number;
  readonly init?: string | undefined;
  readonly threads: number;
  readonly workspace: Workspace;
  /** Of the program. */
  readonly version: string;
}

/** A pretraining that can begin. */
export interface PreparedPretraining {
  readonly document: PretrainingDocument;
  readonly start: StateDict;
}

/** The state that a pretraining starts from, as its document tells of it, with the head that only pretraining has. */
export async function pretrainingStart(architecture: Architecture, plan: PretrainingPlan, seed: number, init: string | undefined, workspace: Workspace) {
  const options = { classes: plan.outputs };
  if (init === undefined) return { state: withProjection(architecture, plan, freshState(architecture, options, seed), seed), init: null };
  const found = await findWeights(init, workspace);
  try {
    const { state, replaced } = fitState(architecture, options, found.tensors, { replaceHead: true, seed });
    return { state: withProjection(architecture, plan, state, seed), init: initOf(init, found, replaced) };
  } catch (error) {
    throw fromNn(error);
  }
}

/** A pretraining's name by what it is: `pretrain-efficientnet_lite0-LUNA_256-seed0`. */
export function pretrainingName({ plan, architecture, seed, data }: PretrainingConfiguration): string {
  const preset = plan.preset === 'cpu' ? '' : `-${plan.preset}`;
  const fold = data.track?.fold === null || data.track === null ? '' : `-fold${data.track.fold}of${data.track.folds}`;
  const of = data.kind === 'pictures' ? data.source.replace(/\.\w+$/, '').replaceAll(/[^\w-]+/g, '-') : `${data.track?.name ?? ''}${fold}`;
  return `pretrain${preset}-${architecture}-${of}${data.transductive ? '-transductive' : ''}-seed${seed}`;
}

/**
 * Settles everything that a pretraining depends on, before anything is written.
 * @throws CovidCtError for a model, weights or pictures that do not fit
 */
export async function preparePretraining(request: PretrainingRequest): Promise<PreparedPretraining> {
  const { source, plan, seed, threads, track } = request;
  if (source.seen.length < plan.batch) {
    throw new CovidCtError('BAD_INPUT', `${source.name} has ${source.seen.length} pictures to pretrain on, fewer than a batch of ${plan.batch}.`, { hint: 'Give more pictures, or another --preset.' });
  }
  const architecture = findArchitecture((request.model ?? plan.architecture).replaceAll('-', '_'));
  const { state, init } = await pretrainingStart(architecture, plan, seed, request.init, request.workspace);
  const configuration: PretrainingConfiguration = {
    plan,
    architecture: architecture.name,
    seed,
    init,
    threads,
    normalisation: normalisationOf(plan, architecture.name),
    data: {
      kind: source.kind,
      source: source.name,
      synthetic: source.synthetic,
      track,
      transductive: source.transductive,
      sha256: source.sha256,
      pictures: source.seen.length,
      heldOut: source.heldOut.length,
    },
  };
  const now = new Date().toISOString();
  const document: PretrainingDocument = {
    format: 'covid-ct pretraining 1',
    id: `${pretrainingName(configuration)}-${sha256(Buffer.from(JSON.stringify(configuration))).slice(0, 8)}`,
    use: researchOnly,
    configuration,
    environment: environmentOf(request.version),
    state: 'running',
    epochs: 0,
    steps: 0,
    started: now,
    changed: now,
    seconds: 0,
  };
  return { document, start: state };
}
