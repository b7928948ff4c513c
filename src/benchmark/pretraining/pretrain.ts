import { CovidCtError, type Progress } from '../../base/index.ts';
import { scaleAndCrop, type AugmentationPlan } from '../../imaging/index.ts';
import { findArchitecture, freshState, type Architecture } from '../../models/index.ts';
import { NnError, type StateDict, type StateTensor } from '../../nn/index.ts';
import type { Release } from '../../release/index.ts';
import { fromNn } from '../nn-failure.ts';
import { ahead, epochBatches, Feed } from '../training/feed.ts';
import type { Parts } from '../training/parts.ts';
import { imageFiles, loadPictures, pictureAt, shrinkForTraining, type PictureSet } from '../training/pictures.ts';
import type { Measured, PretrainingDocument, PretrainingEpoch, Probed } from './document.ts';
import { embed, heldOutAccuracy } from './embed.ts';
import type { PretrainingFolder } from './folder.ts';
import { linearProbe, type ProbedPart } from './linear-probe.ts';
import { MomentumContrast } from './momentum-contrast.ts';
import { withoutProjection, withProjection } from './network.ts';
import type { PretrainingSource } from './source.ts';

/** What a pretraining needs beside its folder. */
export interface PretrainingInput {
  readonly source: PretrainingSource;
  /** What the linear probe is made on; without it none is made. Test images are not looked at. */
  readonly probe: { readonly release: Release; readonly parts: Pick<Parts, 'train' | 'val'> } | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told after each epoch. */
  readonly onEpoch?: (record: PretrainingEpoch) => void;
}

/** A pretraining that is done. */
export interface FinishedPretraining {
  readonly document: PretrainingDocument;
  readonly epochs: readonly PretrainingEpoch[];
}

/**
 * Pretrains from its start, or from its last checkpoint, to its end, and writes all that it leaves.
 * @param start the weights to start from, with the head; undefined goes on from the folder's checkpoint
 * @throws CovidCtError CANCELLED after the step under way, DIVERGED; the folder then holds the last whole epoch
 */
export async function pretrain(folder: PretrainingFolder, document: PretrainingDocument, start: StateDict | undefined, input: PretrainingInput): Promise<FinishedPretraining> {
  try {
    return await new Session(folder, document, input).run(start);
  } catch (error) {
    throw fromNn(error);
  }
}

/** Keys of the random streams of a picture's two views, by epoch and place. */
const viewKey = (epoch: number, place: number, which: 'query' | 'key'): string => `epoch ${epoch} place ${place} ${which}`;

class Session {
  readonly #folder: PretrainingFolder;
  readonly #input: PretrainingInput;
  readonly #architecture: Architecture;
  readonly #views: AugmentationPlan;
  #document: PretrainingDocument;
  #epochs: PretrainingEpoch[] = [];

  constructor(folder: PretrainingFolder, document: PretrainingDocument, input: PretrainingInput) {
    this.#folder = folder;
    this.#document = document;
    this.#input = input;
    this.#architecture = findArchitecture(document.configuration.architecture);
    const { augmentation, size } = document.configuration.plan;
    const { from: _, ...changes } = augmentation;
    this.#views = { size, ...changes };
  }

  async run(start: StateDict | undefined): Promise<FinishedPretraining> {
    const heldOut = await this.#load('held-out', this.#input.source.heldOut);
    const contrast = await this.#open(start, heldOut);
    try {
      if (this.#epochs.length < this.#document.configuration.plan.epochs) await this.#train(contrast, heldOut);
      return await this.#finish(contrast, heldOut);
    } finally {
      await contrast.close();
    }
  }

  /** Stands where the pretraining stands. */
  async #open(start: StateDict | undefined, heldOut: PictureSet): Promise<MomentumContrast> {
    const { plan, seed, threads } = this.#document.configuration;
    const checkpoint = start === undefined ? await this.#folder.readCheckpoint() : undefined;
    if (start === undefined && checkpoint === undefined) throw new CovidCtError('NOT_FOUND', `${this.#folder.path} has no checkpoint to go on from.`);
    const state = start ?? new Map([...(checkpoint?.tensors ?? [])].flatMap(([name, tensor]): [string, StateTensor][] => (name.startsWith('model.') ? [[name.slice('model.'.length), tensor]] : [])));
    const stepsPerEpoch = this.#stepsPerEpoch;
    const warmUp = Math.round(plan.rate.warmUpEpochs * stepsPerEpoch);
    const schedule = plan.rate.schedule === 'cosine' ? ({ kind: 'cosine', steps: Math.max(1, plan.epochs * stepsPerEpoch - warmUp) } as const) : ({ kind: 'constant' } as const);
    const contrast = await MomentumContrast.create(this.#architecture, state, { plan, seed, threads, rate: { rate: plan.rate.start, warmUp, schedule } });
    if (checkpoint !== undefined) {
      contrast.restore(checkpoint.tensors);
      this.#epochs = [...checkpoint.epochs];
      await this.#folder.writeEpochs(this.#epochs);
    } else {
      const fresh: StateDict = withProjection(this.#architecture, plan, freshState(this.#architecture, { classes: plan.outputs }, seed), seed);
      this.#document = { ...this.#document, random: await this.#probe(fresh), before: await this.#measure(state, heldOut) };
    }
    // The document first: a folder with a checkpoint always has one.
    await this.#note('running', contrast);
    if (checkpoint === undefined) await this.#save(contrast);
    return contrast;
  }

  /** Whole batches only, as MoCo has it: a batch that is filled up would hold a picture twice, its own rival. */
  get #stepsPerEpoch(): number {
    return Math.floor(this.#input.source.seen.length / this.#document.configuration.plan.batch);
  }

  #load(what: string, files: PretrainingSource['seen']): Promise<PictureSet> {
    const { progress, signal } = this.#input;
    return loadPictures(files, shrinkForTraining(this.#document.configuration.plan.augmentation.from), { label: `Reading ${what} pictures`, progress, signal });
  }

  #save(contrast: MomentumContrast): Promise<void> {
    return this.#folder.writeCheckpoint({ tensors: contrast.snapshot(), epochs: this.#epochs });
  }

  async #note(state: PretrainingDocument['state'], { steps }: MomentumContrast): Promise<void> {
    const seconds = this.#epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    this.#document = { ...this.#document, state, epochs: this.#epochs.length, steps, changed: new Date().toISOString(), seconds: Number(seconds.toFixed(3)) };
    await this.#folder.writeDocument(this.#document);
  }

  async #train(contrast: MomentumContrast, heldOut: PictureSet): Promise<void> {
    const pictures = await this.#load('unlabelled', this.#input.source.seen);
    const { normalisation, seed, plan } = this.#document.configuration;
    const feed = new Feed({ pictures, plan: this.#views, ...normalisation, seed });
    try {
      for (let epoch = this.#epochs.length + 1; epoch <= plan.epochs; epoch++) await this.#epoch(epoch, contrast, feed, heldOut);
    } catch (error) {
      if (error instanceof NnError && error.code === 'DIVERGED') await this.#note('diverged', contrast);
      if (error instanceof CovidCtError && error.code === 'CANCELLED') await this.#note('stopped', contrast);
      throw error;
    } finally {
      await feed.close();
    }
  }

  async #epoch(epoch: number, contrast: MomentumContrast, feed: Feed, heldOut: PictureSet): Promise<void> {
    const { plan, seed } = this.#document.configuration;
    const { progress, signal } = this.#input;
    const batches = epochBatches(this.#input.source.seen.length, plan.batch, seed, epoch).slice(0, this.#stepsPerEpoch);
    const began = performance.now();
    const sums = { loss: 0, accuracy: 0, waited: 0 };
    let rate = 0;
    let steps = 0;
    let asked = began;
    const ask = (items: readonly number[]) => feed.batch((['query', 'key'] as const).flatMap((which) => items.map((picture, place) => ({ picture, key: `${viewKey(epoch, place, which)} ${picture}` }))));
    for await (const [, tensor] of ahead(batches, ask)) {
      sums.waited += performance.now() - asked;
      if (signal.aborted) {
        throw new CovidCtError('CANCELLED', `Stopped in epoch ${epoch} of ${plan.epochs}; the ${this.#epochs.length} before it are kept.`, { hint: `Go on with --resume ${this.#folder.path}` });
      }
      const half = tensor.length / 2;
      const report = await contrast.step(tensor.slice(0, half), tensor.slice(half));
      sums.loss += report.loss / batches.length;
      sums.accuracy += report.accuracy / batches.length;
      rate = report.rate;
      steps += 1;
      const spent = (performance.now() - began) / 1000;
      progress({
        label: 'Pretraining',
        done: (epoch - 1) * batches.length + steps,
        total: plan.epochs * batches.length + 1,
        detail: `epoch ${epoch}/${plan.epochs}, loss ${report.loss.toFixed(3)}, ${((steps * plan.batch) / spent).toFixed(1)} images/s`,
      });
      asked = performance.now();
    }
    const trained = (performance.now() - began) / 1000;
    const record: PretrainingEpoch = {
      epoch,
      steps,
      loss: sums.loss,
      rate,
      accuracy: sums.accuracy,
      heldOutAccuracy: await this.#heldOutAccuracy(heldOut, contrast.state()),
      seconds: (performance.now() - began) / 1000,
      imagesPerSecond: (steps * plan.batch) / trained,
      waiting: sums.waited / 1000 / trained,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
    this.#epochs.push(record);
    await this.#save(contrast);
    await this.#note('running', contrast);
    this.#input.onEpoch?.(record);
  }

  #embedding(state: StateDict, size: number) {
    const { plan, normalisation, threads } = this.#document.configuration;
    return { architecture: this.#architecture, plan, state, normalisation, threads, size };
  }

  #heldOutAccuracy(heldOut: PictureSet, state: StateDict): Promise<number> {
    const { plan, seed } = this.#document.configuration;
    return heldOutAccuracy(heldOut, this.#views, seed, this.#embedding(state, plan.size));
  }

  async #measure(state: StateDict, heldOut: PictureSet): Promise<Measured> {
    return { contrastive: await this.#heldOutAccuracy(heldOut, state), probe: await this.#probe(state) };
  }

  async #finish(contrast: MomentumContrast, heldOut: PictureSet): Promise<FinishedPretraining> {
    const state = contrast.state();
    const { id, use, configuration } = this.#document;
    await this.#folder.writeWeights(withoutProjection(state), { run: id, architecture: configuration.architecture, use });
    this.#document = { ...this.#document, after: await this.#measure(state, heldOut) };
    await this.#note('finished', contrast);
    this.#input.progress({ label: 'Pretraining', done: 1, total: 1 });
    return { document: this.#document, epochs: this.#epochs };
  }

  /** How well a line through a network's embeddings of the training images tells the labels of validation apart. */
  async #probe(state: StateDict): Promise<Probed | null> {
    const { probe, progress, signal } = this.#input;
    if (probe === undefined) return null;
    const size = this.#architecture.fixedSize === true ? this.#architecture.inputSize : this.#document.configuration.plan.size;
    const square = { resize: { width: size, height: size }, filter: 'bilinear', channels: 3, mean: [], std: [] } as const;
    const { train, val } = probe.parts;
    const examples = [...train, ...val];
    const files = imageFiles(probe.release, examples.map(({ image }) => image));
    const set = await loadPictures(files, (picture) => scaleAndCrop(picture, square), { label: 'Reading pictures of the probe', progress, signal });
    const rows = await embed(examples.length, (index) => pictureAt(set, index), 'embedding', this.#embedding(state, size));
    const part = (from: number, to: number): ProbedPart => ({ rows: rows.slice(from, to), positive: examples.slice(from, to).map(({ target }) => target === 0) });
    return { ...linearProbe(part(0, train.length), part(train.length, examples.length)), train: train.length, val: val.length };
  }
}
