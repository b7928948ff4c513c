import { CovidCtError, type Progress } from '../../base/index.ts';
import type { Picture, PreprocessPlan } from '../../imaging/index.ts';
import { exportModel, findArchitecture, type Architecture, type ModelCard } from '../../models/index.ts';
import { NnError, Trainer, type StateDict, type StateTensor } from '../../nn/index.ts';
import type { Release, SplitName } from '../../release/index.ts';
import { rocAuc } from '../../statistics/index.ts';
import { controlView } from '../controls/trained-controls.ts';
import { fromNn } from '../nn-failure.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { ahead, epochBatches, Feed } from './feed.ts';
import { isJudgedTensor, openJudged, type Judged, type Scores } from './judged.ts';
import { architectureOptions, batchInputs, judge, trainingProgram, type JudgedSet } from './network.ts';
import type { Example, Parts } from './parts.ts';
import { imageFiles, loadPictures, shrinkForEvaluation, shrinkForTraining } from './pictures.ts';
import { regionOf } from './region.ts';
import type { EpochRecord, RunConfiguration, RunDocument } from './run-document.ts';
import type { RunFolder } from './run-folder.ts';

/** What a training needs beside its folder. */
export interface TrainingInput {
  readonly release: Release;
  readonly parts: Parts;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told after each epoch. */
  readonly onEpoch?: (record: EpochRecord) => void;
}

/** What a finished run says of its images, in the order of its parts. */
export interface RunOutcome {
  readonly document: RunDocument;
  readonly epochs: readonly EpochRecord[];
  readonly val: readonly number[];
  readonly test: readonly number[];
}

/**
 * Trains a run from its start, or from its last checkpoint, to its end, and writes all that it leaves.
 * @param start the weights to start from; undefined goes on from the folder's checkpoint
 * @throws CovidCtError CANCELLED after the step under way, DIVERGED; the folder then holds the last whole epoch
 */
export async function trainRun(folder: RunFolder, document: RunDocument, start: StateDict | undefined, input: TrainingInput): Promise<RunOutcome> {
  try {
    return await new Session(folder, document, input).run(start);
  } catch (error) {
    throw fromNn(error);
  }
}

const targetsOf = (examples: readonly Example[]): number[] => examples.map(({ target }) => target);

function evaluationPlan(recipe: Recipe, configuration: RunConfiguration): PreprocessPlan {
  const { resize, crop } = recipe.evaluation;
  return { resize, filter: 'bilinear', channels: 3, mean: configuration.normalisation.mean, std: configuration.normalisation.std, ...(crop === undefined ? {} : { crop }) };
}

/** As in the name lists; with the label where two images of a part have one name. */
function namesOf(examples: readonly Example[]): string[] {
  const names = examples.map(({ image }) => image.name);
  return examples.map(({ image }) => (names.indexOf(image.name) === names.lastIndexOf(image.name) ? image.name : image.id));
}

/** What the exported model says of itself. */
function cardOf({ id, configuration }: RunDocument): ModelCard {
  const { architecture, classes, positive, recipe, data, init } = configuration;
  const preprocessing = evaluationPlan(recipe, configuration);
  const from = init === null ? '' : `, from the weights ${init.name}`;
  const licence = `For research. Trained on ${data.release}${data.synthetic ? ', which is synthetic' : ", whose pictures are their papers' authors' and publishers'"}${from}.`;
  return {
    architecture,
    classes,
    positive,
    preprocessing: { ...preprocessing, mean: [...preprocessing.mean], std: [...preprocessing.std] },
    inputSize: recipe.size,
    licence,
    run: id,
  };
}

/** One stretch of a run, from where it stands to its end or interruption. */
class Session {
  readonly #folder: RunFolder;
  readonly #input: TrainingInput;
  readonly #recipe: Recipe;
  readonly #architecture: Architecture;
  #document: RunDocument;
  #epochs: EpochRecord[] = [];
  /** By part, of a control that blacks out lungs: images whose lungs were not found. */
  readonly #abstained: Record<SplitName, number>;

  constructor(folder: RunFolder, document: RunDocument, input: TrainingInput) {
    this.#folder = folder;
    this.#document = document;
    this.#abstained = { train: 0, val: 0, test: 0, ...document.abstained };
    this.#input = input;
    this.#recipe = document.configuration.recipe;
    this.#architecture = findArchitecture(document.configuration.architecture);
  }

  async run(start: StateDict | undefined): Promise<RunOutcome> {
    if (this.#recipe.epochs === 0 && start !== undefined) return this.#judgeAsItIs(start);
    const { recipe, trainer, judged } = await this.#open(start);
    try {
      const sets = await this.#loadJudged();
      if (this.#epochs.length < recipe.epochs) await this.#train(trainer, judged, sets);
      return await this.#finish(judged.state() ?? this.#network(trainer), judged.scores(), sets);
    } finally {
      await trainer.close();
    }
  }

  /** Without an epoch nothing is prepared for training, which would take much memory. */
  async #judgeAsItIs(state: StateDict): Promise<RunOutcome> {
    await this.#note('running');
    return this.#finish(state, undefined, await this.#loadJudged());
  }

  /** A trainer that stands where the run stands. */
  async #open(start: StateDict | undefined): Promise<{ readonly recipe: Recipe; readonly trainer: Trainer; readonly judged: Judged }> {
    const recipe = this.#recipe;
    const checkpoint = start === undefined ? await this.#folder.readCheckpoint() : undefined;
    if (start === undefined && checkpoint === undefined) throw new CovidCtError('NOT_FOUND', `${this.#folder.path} has no checkpoint to go on from.`);
    const saved = checkpoint?.tensors ?? new Map<string, StateTensor>();
    const state = start ?? new Map([...saved].flatMap(([name, tensor]): [string, StateTensor][] => (name.startsWith('model.') ? [[name.slice('model.'.length), tensor]] : [])));
    const stepsPerEpoch = Math.ceil(this.#input.parts.train.length / recipe.batch);
    const warmUp = Math.round(recipe.rate.warmUpEpochs * stepsPerEpoch);
    const trainer = await Trainer.create(trainingProgram(this.#architecture, recipe), state, {
      optimiser: recipe.optimiser,
      rate: {
        rate: recipe.rate.start,
        warmUp,
        schedule: recipe.rate.schedule === 'cosine' ? { kind: 'cosine', steps: recipe.epochs * stepsPerEpoch - warmUp } : { kind: 'constant' },
      },
      seed: this.#document.configuration.seed,
      threads: this.#document.configuration.threads,
      ...(recipe.clipNorm === undefined ? {} : { clipNorm: recipe.clipNorm }),
      ...(recipe.averageDecay === undefined ? {} : { averageDecay: recipe.averageDecay }),
    });
    if (checkpoint !== undefined) {
      trainer.restore(new Map([...saved].filter(([name]) => !isJudgedTensor(name))));
      this.#epochs = [...checkpoint.epochs];
      await this.#folder.writeEpochs(this.#epochs);
    }
    const judged = openJudged(recipe, saved);
    // The document first: a folder with a checkpoint always has one.
    await this.#note('running');
    if (checkpoint === undefined) await this.#save(trainer, judged);
    return { recipe, trainer, judged };
  }

  async #save(trainer: Trainer, judged: Judged): Promise<void> {
    await this.#folder.writeCheckpoint({ tensors: new Map([...trainer.snapshot(), ...judged.tensors()]), epochs: this.#epochs });
  }

  async #note(state: RunDocument['state']): Promise<void> {
    const seconds = this.#epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    this.#document = { ...this.#document, state, epochs: this.#epochs.length, changed: new Date().toISOString(), seconds: Number(seconds.toFixed(3)), ...(this.#document.configuration.control === 'lungs-out' ? { abstained: { ...this.#abstained } } : {}) };
    await this.#folder.writeDocument(this.#document);
  }

  async #loadJudged(): Promise<{ readonly val: JudgedSet; readonly test: JudgedSet }> {
    const { release, parts, progress, signal } = this.#input;
    const shrink = shrinkForEvaluation(evaluationPlan(this.#recipe, this.#document.configuration));
    const load = async (part: 'val' | 'test', label: string): Promise<JudgedSet> => ({
      pictures: await loadPictures(imageFiles(release, parts[part].map(({ image }) => image)), this.#seen(part, shrink), { label, progress, signal }),
      targets: targetsOf(parts[part]),
    });
    return { val: await load('val', 'Reading validation pictures'), test: await load('test', 'Reading test pictures') };
  }

  /** What the run sees of a picture, before it is shrunk; a control sees less than a model. */
  #seen(part: SplitName, shrink: (picture: Picture) => Picture): (picture: Picture) => Picture {
    this.#abstained[part] = 0;
    return (picture) => {
      const view = controlView(picture, this.#document.configuration.control);
      if (view.abstained) this.#abstained[part] += 1;
      return shrink(regionOf(this.#recipe, view.picture));
    };
  }

  async #train(trainer: Trainer, judged: Judged, sets: { readonly val: JudgedSet; readonly test: JudgedSet }): Promise<void> {
    const { release, parts, progress, signal } = this.#input;
    const { augmentation, size, epochs } = this.#recipe;
    const pictures = await loadPictures(imageFiles(release, parts.train.map(({ image }) => image)), this.#seen('train', shrinkForTraining(augmentation.from)), { label: 'Reading training pictures', progress, signal });
    const { from: _, ...changes } = augmentation;
    const { normalisation, seed } = this.#document.configuration;
    const feed = new Feed({ pictures, plan: { size, ...changes }, ...normalisation, seed });
    try {
      for (let epoch = this.#epochs.length + 1; epoch <= epochs; epoch++) await this.#epoch(epoch, trainer, judged, feed, sets);
    } catch (error) {
      if (error instanceof NnError && error.code === 'DIVERGED') await this.#note('diverged');
      if (error instanceof CovidCtError && error.code === 'CANCELLED') await this.#note('stopped');
      throw error;
    } finally {
      await feed.close();
    }
  }

  async #epoch(epoch: number, trainer: Trainer, judged: Judged, feed: Feed, sets: { readonly val: JudgedSet; readonly test: JudgedSet }): Promise<void> {
    const { train } = this.#input.parts;
    const { batch } = this.#recipe;
    const { seed } = this.#document.configuration;
    const batches = epochBatches(train.length, batch, seed, epoch);
    const began = performance.now();
    let loss = 0;
    let rate = 0;
    let waited = 0;
    let steps = 0;
    let asked = began;
    const ask = (items: readonly number[]) => feed.batch(items.map((picture, place) => ({ picture, key: `epoch ${epoch} place ${place} ${train[picture]?.image.id ?? ''}` })));
    for await (const [items, tensor] of ahead(batches, ask)) {
      waited += performance.now() - asked;
      this.#stopWhenAsked();
      const targets = BigInt64Array.from(items, (item) => BigInt(train[item]?.target ?? 0));
      const report = await trainer.step([{ [batchInputs.pictures]: tensor, [batchInputs.targets]: targets }]);
      loss += report.loss / batches.length;
      rate = report.rate;
      steps += 1;
      const spent = (performance.now() - began) / 1000;
      this.#input.progress({
        label: 'Training',
        done: (epoch - 1) * batches.length + steps,
        total: this.#recipe.epochs * batches.length + 1,
        detail: `epoch ${epoch}/${this.#recipe.epochs}, loss ${report.loss.toFixed(3)}, ${((steps * batch) / spent).toFixed(1)} images/s`,
      });
      asked = performance.now();
    }
    const trained = (performance.now() - began) / 1000;
    const [val, test] = await this.#judge(this.#network(trainer), judged.wantsTest(epoch) ? [sets.val, sets.test] : [sets.val]);
    const auc = rocAuc(sets.val.targets.map((target, i) => ({ positive: target === 0, score: val?.scores[i] ?? NaN })));
    judged.afterEpoch(epoch, auc, { val: val?.scores ?? [], test: test?.scores }, () => this.#network(trainer));
    const record: EpochRecord = {
      epoch,
      steps,
      loss,
      rate,
      val: { loss: val?.loss ?? NaN, auc },
      seconds: (performance.now() - began) / 1000,
      imagesPerSecond: (steps * batch) / trained,
      waiting: waited / 1000 / trained,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
    this.#epochs.push(record);
    await this.#save(trainer, judged);
    await this.#note('running');
    this.#input.onEpoch?.(record);
  }

  /** The weights that are judged: as they are, or their moving average. */
  #network(trainer: Trainer): StateDict {
    return trainer.state(this.#recipe.averageDecay === undefined ? 'weights' : 'average');
  }

  #stopWhenAsked(): void {
    if (!this.#input.signal.aborted) return;
    throw new CovidCtError('CANCELLED', `Stopped in epoch ${this.#epochs.length + 1} of ${this.#recipe.epochs}; the ${this.#epochs.length} before it are kept.`, {
      hint: `Go on with --resume ${this.#folder.path}`,
    });
  }

  #judge(state: StateDict, sets: readonly JudgedSet[]) {
    const { normalisation, threads } = this.#document.configuration;
    return judge(this.#architecture, this.#recipe, state, sets, normalisation, { threads });
  }

  /** @param voted the scores, where they are not the network's own */
  async #finish(state: StateDict, voted: Scores | undefined, sets: { readonly val: JudgedSet; readonly test: JudgedSet }): Promise<RunOutcome> {
    const [val, test] = voted === undefined ? await this.#judge(state, [sets.val, sets.test]) : [];
    const scores = { val: Array.from(voted?.val ?? val?.scores ?? []), test: Array.from(voted?.test ?? test?.scores ?? []) };
    const { parts, progress } = this.#input;
    for (const part of ['val', 'test'] as const) await this.#folder.writePredictions(part, namesOf(parts[part]), scores[part]);
    const { id, use, configuration } = this.#document;
    await this.#folder.writeWeights(state, { run: id, architecture: configuration.architecture, classes: configuration.classes.join(','), use });
    await this.#folder.writeModel(await exportModel(this.#architecture, architectureOptions(this.#recipe), state, cardOf(this.#document)));
    await this.#note('finished');
    progress({ label: 'Training', done: 1, total: 1 });
    return { document: this.#document, epochs: this.#epochs, ...scores };
  }
}
