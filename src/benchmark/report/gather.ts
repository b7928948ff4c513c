import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { pathExists, type Progress } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import { judgeControls, keptControls, type ScoredControl } from '../controls/index.ts';
import { imageCases, type Evaluation, type EvaluationContext } from '../evaluation/index.ts';
import { countOutcomes, drawGallery, explainableModel, explainImages, outcomes } from '../explain/index.ts';
import { modelFileName, readModelFile } from '../predict/index.ts';
import type { Prediction } from '../predictions/index.ts';
import { epochRecordSchema, type EpochRecord, type RunDocument } from '../training/run-document.ts';
import type { MadeStudy, RunFacts } from './facts.ts';

/** Where a report's parts come from. */
export interface ReportRequest {
  /** The run's folder. */
  readonly folder: string;
  readonly run: RunDocument;
  readonly release: Release;
  readonly evaluation: Evaluation;
  readonly context: EvaluationContext;
  /** Of the images that the run is judged on. */
  readonly predictions: readonly Prediction[];
  /** Controls that were trained as models are, on the same images. */
  readonly trainedControls: readonly ScoredControl[];
  /** Where the other controls are kept. */
  readonly kept: string;
  /** Pictures of each outcome; 0 for none. */
  readonly gallery: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function readEpochs(folder: string): Promise<EpochRecord[]> {
  const text = await readFile(join(folder, 'epochs.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map((line) => epochRecordSchema.safeParse(parseJson(line)).data);
  return parsed.flatMap((record) => record ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const explanationsSchema = z.object({ format: z.literal('covid-ct explanations 1'), run: z.string(), summary: z.string() });
const figureSchema = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
const robustnessSchema = z.object({
  format: z.literal('covid-ct robustness 1'),
  run: z.string(),
  conditions: z.array(z.object({ degradation: z.string(), strength: z.number(), setting: z.string(), aucChange: figureSchema })),
});

/** A study's document in the run's folder, where there is one and it is of this run. */
async function readStudy<T extends { readonly run: string }>(path: string, schema: z.ZodType<T>, run: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const document = text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
  return document?.run === run ? document : undefined;
}

async function attentionOf(folder: string, run: string): Promise<MadeStudy | undefined> {
  const study = await readStudy(join(folder, 'explain', 'explain.json'), explanationsSchema, run);
  return study && { sentence: study.summary, href: 'explain/explain.html' };
}

async function robustnessOf(folder: string, run: string): Promise<MadeStudy | undefined> {
  const study = await readStudy(join(folder, 'robustness', 'robustness.json'), robustnessSchema, run);
  if (study === undefined) return undefined;
  const strongest = study.conditions.filter(({ strength }) => strength === 1);
  const lost = strongest.filter(({ aucChange: { high } }) => high !== null && high < 0);
  const text = (value: number | null): string => (value ?? Number.NaN).toFixed(3).replace('-', '−');
  const named = lost.map(({ degradation, setting, aucChange: { value, low, high } }) => `${degradation} (${setting}): ${text(value)} (${text(low)} to ${text(high)})`);
  return {
    sentence: named.length === 0 ? `At full strength none of ${strongest.length} degradations loses AUC beyond chance, paired with the clean images.` : `Of ${strongest.length} degradations at full strength these lose AUC beyond chance, paired with the clean images: ${named.join('; ')}.`,
    href: 'robustness/robustness.html',
  };
}

/** The predictions that the run was surest of, of each outcome: only they need to be explained for a gallery. */
function surest({ predictions, release, evaluation, gallery }: ReportRequest, threshold: number): readonly Prediction[] {
  const cases = imageCases(predictions, release.labels, evaluation.positive);
  const order = cases.map((_, i) => i).toSorted((a, b) => Math.abs((cases[b]?.score ?? 0) - threshold) - Math.abs((cases[a]?.score ?? 0) - threshold));
  const kinds = outcomes.map((outcome) => order.filter((i) => {
    const [isPositive, isCalled] = [cases[i]?.positive === true, (cases[i]?.score ?? 0) >= threshold];
    return outcome === `${isPositive === isCalled ? 'true' : 'false'} ${isCalled ? 'positive' : 'negative'}`;
  }));
  return kinds.flatMap((own) => own.slice(0, gallery)).flatMap((i) => predictions[i] ?? []);
}

async function galleryOf(request: ReportRequest): Promise<RunFacts['gallery']> {
  const { folder, release, evaluation, predictions, gallery, progress, signal } = request;
  if (gallery === 0 || !(await pathExists(join(folder, modelFileName))) || !(await pathExists(join(folder, 'weights.safetensors')))) return undefined;
  const threshold = evaluation.images.operatingPoints[0]?.value ?? 0.5;
  const model = await explainableModel(folder, await readModelFile(folder));
  const chosen = surest(request, threshold).map(({ entry }) => entry);
  const { images } = await explainImages({ release, model, images: chosen, positive: evaluation.positive, threshold, progress, signal });
  const { truePositives, falseNegatives, falsePositives, trueNegatives } = evaluation.images.operatingPoints[0]?.confusion ?? { truePositives: 0, falseNegatives: 0, falsePositives: 0, trueNegatives: 0 };
  const counts = predictions.length === images.length ? countOutcomes(images) : new Map([['true positive', truePositives], ['false negative', falseNegatives], ['false positive', falsePositives], ['true negative', trueNegatives]] as const);
  return { pictures: await drawGallery(images, threshold, gallery), explained: images, counts };
}

/** The controls that need no network, learned from what the run learned and validated on, and judged where it is. */
async function controlsOf({ release, context, kept, trainedControls, progress, signal, run }: ReportRequest): Promise<RunFacts['controls']> {
  const { track, part } = context;
  const isTest = (entry: { readonly part: string }): boolean => entry.part === part;
  const task = { train: track.images.filter((entry) => !isTest(entry)), test: track.images.filter(isTest) };
  const bothLabels = [task.train, task.test].every((entries) => release.labels.every((label) => entries.some((entry) => entry.label === label)));
  const features = bothLabels ? await keptControls(release, [task], kept, { progress, signal }) : [];
  const others = run.configuration.control === undefined ? trainedControls : [];
  return judgeControls([...features, ...others], release.labels);
}

/** Gathers all that a report is made from, out of the run's folder and the release. */
export async function gatherFacts(request: ReportRequest): Promise<RunFacts> {
  const { folder, run, release, evaluation, context } = request;
  return {
    run,
    epochs: await readEpochs(folder),
    release,
    track: context.track,
    evaluation,
    context,
    controls: await controlsOf(request),
    gallery: await galleryOf(request),
    attention: await attentionOf(folder, run.id),
    robustness: await robustnessOf(folder, run.id),
  };
}
