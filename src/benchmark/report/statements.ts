import { formatBytes, formatDuration } from '../../base/index.ts';
import { narrativeOf } from '../../release/index.ts';
import { bestControl, reachesDownTo, shortcutSentence } from '../controls/index.ts';
import { figureText, methodLines, type FigureName } from '../evaluation/index.ts';
import { countParameters, partCounts, type RunFacts } from './facts.ts';

const joined = (texts: readonly string[]): string => texts.join(' ');
const counted = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

const retrospectiveText = ({ release }: RunFacts): string => (release.synthetic ? 'Synthetic pictures, drawn by the project.' : 'Retrospective: pictures that were published before.');

function trackText({ run, track }: RunFacts): string {
  const { name, seed, folds, fold } = run.configuration.track;
  const how = name === 'legacy' ? 'the published lists of the release' : `grouped by patient, paper, figure and near-duplicate, stratified by label, seed ${seed ?? ''}`;
  const title = name === 'legacy' ? 'Legacy' : 'Clean';
  return folds === null ? `${title} track: ${how}.` : `${title} track in ${folds} folds: ${how}; fold ${fold ?? ''} tests, the next one validates, the others train (${track.parts.length} parts).`;
}

function preprocessingText({ run }: RunFacts): string {
  const { recipe, normalisation } = run.configuration;
  const { resize, crop } = recipe.evaluation;
  const size = 'shorterSide' in resize ? `the shorter side to ${resize.shorterSide} pixels` : `to ${resize.width} × ${resize.height} pixels`;
  return `Alpha is dropped; pictures are scaled bilinearly ${size}${crop === undefined ? '' : `, ${crop} × ${crop} cut out of the middle`}; samples of 8 bits are divided by 255 and normalised by mean ${normalisation.mean.join(', ')} and deviation ${normalisation.std.join(', ')}. Pixels are otherwise as published.`;
}

function trainingText({ run, epochs }: RunFacts): string {
  const { recipe, seed } = run.configuration;
  const { augmentation: { from, crop, flip, brightness, contrast }, optimiser, rate } = recipe;
  const memory = Math.max(0, ...epochs.map(({ peakMemoryBytes }) => peakMemoryBytes));
  return joined([
    `${optimiser.kind}, learning rate ${rate.start}, ${rate.schedule}${rate.warmUpEpochs > 0 ? ` after ${rate.warmUpEpochs} epochs of warm-up` : ''}; ${counted(recipe.epochs, 'epoch')}, batches of ${recipe.batch}${recipe.dropout === undefined ? '' : `, dropout ${recipe.dropout}`}; cross-entropy.`,
    `Augmentation: from a shorter side of ${from}, crops of ${crop.scale.join(' to ')} of the area, mirrored with ${flip}, brightness ±${brightness}, contrast ±${contrast}.`,
    `Seed ${seed}; ${formatDuration(run.seconds)}${memory > 0 ? `, ${formatBytes(memory)} of memory` : ''}.`,
  ]);
}

function initialisationText({ run }: RunFacts): string {
  const { init, seed } = run.configuration;
  if (init === null) return `All parameters were drawn by seed ${seed}.`;
  const stages = init.pretraining?.map(({ id, pictures, steps, transductive }) => `${id} (${counted(pictures, 'picture')}, ${counted(steps, 'step')}${transductive ? '; it saw pictures of the parts that the network is judged by' : ''})`) ?? [];
  return `From the weights ${init.name} (SHA-256 ${init.sha256.slice(0, 12)}…)${init.replaced.length === 0 ? '' : `; drawn anew: ${init.replaced.join(', ')}`}.${stages.length === 0 ? '' : ` Pretraining: ${stages.join('; ')}.`}`;
}

function selectionText({ run }: Pick<RunFacts, 'run'>): string {
  const { judged } = run.configuration.recipe;
  if (judged === 'last') return 'The network after the last epoch; the number of epochs was fixed beforehand.';
  return judged === 'best-validation' ? 'The epoch with the highest AUC on validation.' : `The mean score of the networks of the last ${judged.vote} epochs.`;
}

function disjointText({ track }: RunFacts): string {
  const lines = track.proof.lines.map(({ kind, shared, straddling }) => `${kind}: ${straddling.length} of ${shared} that hold several images`);
  return track.proof.holds ? `No patient, paper, figure or known duplicate is in two parts (checked key by key: ${lines.join('; ')} straddle).` : `The parts are disjoint by image only. In more than one part are, by ${lines.join('; ')}.`;
}

function flowText(facts: RunFacts): string {
  const left = new Map<string, number>();
  for (const { reason } of facts.track.leftOut) left.set(reason, (left.get(reason) ?? 0) + 1);
  const parts = partCounts(facts).map(({ part, label, images, patients }) => `${part} ${label}: ${images} of ${patients}`);
  return `Images, and the patients (groups where none is named) they are of: ${parts.join('; ')}. ${left.size === 0 ? 'No image was left out.' : `Left out: ${[...left].map(([reason, count]) => `${count} ${reason}`).join(', ')}.`}`;
}

function demographicsText(facts: RunFacts): string | undefined {
  const told = partCounts(facts).filter(({ withSex, withAge }) => withSex + withAge > 0);
  if (told.length === 0) return undefined;
  return `${told.map(({ part, label, patients, withSex, withAge, female }) => `${part} ${label}: of ${patients} patients the sex of ${withSex} is told (${female} female), the age of ${withAge}`).join('; ')}. Of the others nothing is told.`;
}

function figuresText({ evaluation }: RunFacts, names: readonly (readonly [FigureName, string])[]): string {
  const { images, patients } = evaluation;
  return `By image (n ${images.n}): ${names.map(([name, title]) => `${title} ${figureText(images.metrics[name])}`).join(', ')}. By patient, mean score (n ${patients.mean.n}): ${names.map(([name, title]) => `${title} ${figureText(patients.mean.metrics[name])}`).join(', ')}. ${evaluation.positive} positive.`;
}

function controlsText({ controls, evaluation }: RunFacts): string | undefined {
  const best = bestControl(controls);
  if (best === undefined) return undefined;
  const reaches = reachesDownTo(evaluation.images.metrics.auc, best.auc);
  return `${shortcutSentence(controls)} The model’s AUC ${reaches ? 'reaches down to' : 'lies above'} that of the best control, ${best.name} (${figureText(best.auc)}).`;
}

function heterogeneityText({ evaluation }: RunFacts): string | undefined {
  const sources = evaluation.subgroups.filter(({ by }) => by === 'source');
  if (sources.length === 0) return undefined;
  return `By source: ${sources.map(({ value, n, auc, sensitivity, specificity }) => `${value} (${n}): ${auc === undefined ? (sensitivity === undefined ? `specificity ${figureText(specificity, 2)}` : `sensitivity ${figureText(sensitivity, 2)}`) : `AUC ${figureText(auc, 2)}`}`).join('; ')}. Papers, sex and age: see Subgroups.`;
}

function countMissing({ release }: RunFacts): string {
  const without = (of: (row: (typeof release.images)[number]) => unknown): number => release.images.filter((image) => of(image) === undefined).length;
  return `Of ${release.images.length} images ${without(({ patient }) => patient)} name no patient, ${without(({ paper }) => paper)} no paper, ${without(({ metadata }) => metadata?.age.value)} no age, ${without(({ metadata }) => metadata?.sex.value)} no sex. Nothing is imputed; pixels are the only predictors, and an image that cannot be decoded is not judged.`;
}

/** Sentences that a run can say of itself, by what they are about; undefined where it cannot. */
const makers = {
  technology: ({ run }) => `Deep learning: ${run.configuration.architecture}, a convolutional network, tells ${run.configuration.classes.join(' from ')} in single CT pictures.`,
  summary: (facts) => joined([retrospectiveText(facts), trackText(facts), figuresText(facts, [['auc', 'AUC'], ['accuracy', 'accuracy']]), controlsText(facts) ?? '']),
  intendedUse: ({ run }) => `${run.use} For research on how models of small, confounded picture sets behave; not a medical device, and not for diagnosis, triage or treatment of anybody.`,
  retrospective: retrospectiveText,
  goal: ({ run }) => `Development and internal evaluation of a benchmark baseline (recipe ${run.configuration.recipe.kind}, preset ${run.configuration.recipe.preset}${run.configuration.control === undefined ? '' : `, as the cheating control ${run.configuration.control}`}), beside controls that cannot see disease.`,
  dataSource: ({ release, run }) => joined([`${release.name}, SHA-256 of the parts ${run.configuration.data.sha256.slice(0, 12)}….`, ...narrativeOf(release).collection]),
  inclusion: (facts) => `${trackText(facts)} ${facts.track.leftOut.length === 0 ? 'No image is left out.' : `${counted(facts.track.leftOut.length, 'image')} left out (unreadable, quarantined, in no list, or with both labels).`}`,
  preprocessing: preprocessingText,
  subsets: () => 'None: the network sees the whole picture; lungs are not cut out.',
  missingData: countMissing,
  referenceStandard: ({ release }) => joined(narrativeOf(release).labelling),
  annotators: ({ release }) => narrativeOf(release).labelling[0],
  testAnnotation: () => 'The same labels as those of training; none was made anew for the test part.',
  partitions: trackText,
  disjoint: disjointText,
  sampleSize: ({ evaluation }) => `All images that there are: ${evaluation.images.n} are judged, ${evaluation.images.positives} of them ${evaluation.positive}; the width of the intervals says what that is worth.`,
  architecture: ({ run }) => `${run.configuration.architecture}, ${counted(countParameters(run), 'parameter')}; input 3 × ${run.configuration.recipe.size} × ${run.configuration.recipe.size}, ${run.configuration.recipe.outputs} outputs of which the first ${run.configuration.classes.length} are ${run.configuration.classes.join(', ')}.`,
  software: ({ run: { environment: { covidCt, node, onnxruntime, platform, cpu, cores } } }) => `covid-ct ${covidCt}, Node ${node}, ONNX Runtime ${onnxruntime}, ${platform}, ${cpu}, ${counted(cores, 'core')}.`,
  initialisation: initialisationText,
  training: trainingText,
  selection: selectionText,
  ensembling: ({ run }) => (typeof run.configuration.recipe.judged === 'string' ? 'None: one network.' : selectionText({ run })),
  metrics: () => 'ROC and PR AUC, accuracy, balanced accuracy, sensitivity, specificity, PPV, NPV, F1, MCC, Brier score, log loss, calibration error, slope and intercept, decision curve; by image and by patient.',
  uncertainty: ({ evaluation, context }) => joined(methodLines(evaluation, context)),
  robustness: ({ robustness }) => robustness?.sentence,
  controls: controlsText,
  explainability: ({ attention, gallery }) => attention?.sentence ?? (gallery === undefined ? undefined : 'Grad-CAM of hits and misses: see Pictures.'),
  internal: ({ context, evaluation }) => `The part ${context.part} of the same release (${evaluation.images.n} images), which took no part in training or in choosing thresholds.`,
  flow: flowText,
  demographics: demographicsText,
  performance: (facts) => figuresText(facts, [['auc', 'AUC'], ['prAuc', 'PR AUC'], ['brier', 'Brier score'], ['calibrationSlope', 'calibration slope']]),
  diagnosticPerformance: (facts) => figuresText(facts, [['sensitivity', 'sensitivity'], ['specificity', 'specificity'], ['ppv', 'PPV'], ['npv', 'NPV']]),
  failures: ({ gallery }) => (gallery === undefined ? undefined : `The surest misses are shown under Pictures; figures by source, paper, sex and age under Subgroups.`),
  limitations: ({ release }) => joined([...narrativeOf(release).biases, ...narrativeOf(release).limitations]),
  technicalDetails: () => 'docs/BENCHMARK.md (figures, controls), docs/TRAINING-ENGINE.md (training), docs/SPLITS.md (tracks) of covid-ct; the run’s own run.json.',
  availability: ({ run }) => `Code: covid-ct ${run.environment.covidCt}, Apache-2.0. Model: model.onnx and weights.safetensors in the run’s folder, for research.`,
  dataSharing: ({ release }) => joined(narrativeOf(release).distribution),
  predictors: () => 'The pixels of one picture; nothing else was chosen, and no clinical variable is used.',
  noSubjective: () => 'None is subjective: pixels are read by a program.',
  clusters: () => 'Intervals draw whole patients (groups where none is named), and every figure stands by patient too; training takes images as independent.',
  noUpdating: () => 'None: the model was not updated.',
  predictions: ({ run }) => `The softmax probability of ${run.configuration.positive}, of each picture by itself; a patient’s is the mean, or the largest, of its images’.`,
  imbalance: (facts) => {
    const train = partCounts(facts).filter(({ part }) => part === 'train');
    return `Training images: ${train.map(({ label, images }) => `${images} ${label}`).join(', ')}; nothing was reweighted or resampled.`;
  },
  fairness: ({ evaluation }) => (evaluation.subgroups.some(({ by }) => by === 'sex' || by === 'age') ? 'Figures by sex and by age, as far as the release tells them: see Subgroups. Nothing was done about differences.' : undefined),
  output: ({ run, evaluation }) => `A probability of ${run.configuration.positive}, from 0 to 1, not recalibrated; thresholds: ${evaluation.images.operatingPoints.map(({ rule, value }) => `${rule} ${value.toFixed(3)}`).join(', ')}.`,
  heterogeneity: heterogeneityText,
} as const satisfies Readonly<Record<string, (facts: RunFacts) => string | undefined>>;

/** What a statement is about. */
export type StatementName = keyof typeof makers;

/** Everything that a run can say of itself. */
export function statementsOf(facts: RunFacts): Readonly<Record<StatementName, string | undefined>> {
  return Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make(facts)])) as Record<StatementName, string | undefined>;
}
