import { CovidCtError } from '../../base/index.ts';
import { mean, type ClusteredScore } from '../../statistics/index.ts';
import type { Track, TrackImage } from '../../splits/index.ts';
import type { Prediction } from '../predictions/index.ts';

/** What is judged: an image, or all images of a patient together. */
export interface JudgedCase extends ClusteredScore {
  /** Probability of the positive label that the figures are about. */
  readonly score: number;
  /** The image's id, or the patient's (paper's, group's) key. */
  readonly id: string;
  /** The images it stands for. */
  readonly entries: readonly TrackImage[];
}

/** How the scores of a patient's images become one. */
export const aggregations = ['mean', 'max'] as const;
/** How the scores of a patient's images become one. */
export type Aggregation = (typeof aggregations)[number];

/**
 * What images are drawn and counted together: the patient where the release names one, else the group of the track's
 * grouping (one paper, figure or true duplicate), else the image alone.
 */
export function clusterOf(entry: TrackImage): string {
  return entry.image.patient ?? `group ${entry.group}`;
}

/**
 * Images as cases.
 * @param labels of the release; the predictions are probabilities of the first
 * @param positive the label that the figures are about; where it is the other one, scores become 1 − score
 */
export function imageCases(predictions: readonly Prediction[], labels: readonly string[], positive: string): JudgedCase[] {
  return predictions.map(({ entry, score }) => ({
    id: entry.image.id,
    entries: [entry],
    cluster: clusterOf(entry),
    positive: entry.label === positive,
    score: positive === labels[0] ? score : 1 - score,
  }));
}

/**
 * A patient's images as one case: their mean probability, or that of the image most like the first label, COVID (`max`,
 * whatever label is called positive). A patient or group with images of both labels counts once for each.
 */
export function patientCases(predictions: readonly Prediction[], labels: readonly string[], positive: string, how: Aggregation): JudgedCase[] {
  const units = new Map<string, Prediction[]>();
  for (const prediction of predictions) {
    const key = `${prediction.entry.label} ${clusterOf(prediction.entry)}`;
    units.set(key, [...(units.get(key) ?? []), prediction]);
  }
  return [...units].flatMap(([id, members]): JudgedCase[] => {
    const [first] = members;
    if (first === undefined) return [];
    const scores = members.map(({ score }) => score);
    const score = how === 'max' ? Math.max(...scores) : Math.min(1, mean(scores));
    return [
      {
        id,
        entries: members.map(({ entry }) => entry),
        cluster: clusterOf(first.entry),
        positive: first.entry.label === positive,
        score: positive === labels[0] ? score : 1 - score,
      },
    ];
  });
}

/**
 * The images of a part of a track, and those of its other parts.
 * @param part one of the track's parts, or `all`
 * @throws CovidCtError USAGE for another part, BAD_RELEASE when a label is missing in it
 */
export function imagesOfPart(track: Track, part: string, labels: readonly string[]): { readonly images: readonly TrackImage[]; readonly others: readonly TrackImage[] } {
  if (part !== 'all' && !track.parts.includes(part)) {
    throw new CovidCtError('USAGE', `The ${track.name} track has no part ${part}.`, { hint: `Its parts are ${track.parts.join(', ')}; all takes every image of it.` });
  }
  const images = part === 'all' ? track.images : track.images.filter((entry) => entry.part === part);
  const missing = labels.find((label) => !images.some((entry) => entry.label === label));
  if (missing !== undefined || labels.length !== 2) {
    const why = labels.length === 2 ? `no image of ${missing ?? ''}` : `${labels.length} labels`;
    throw new CovidCtError('BAD_RELEASE', `${part === 'all' ? `The ${track.name} track` : `The part ${part} of the ${track.name} track`} has ${why}; figures need images of two labels.`, {
      hint: 'Judge another part, or give a release whose lists hold both labels.',
    });
  }
  return { images, others: part === 'all' ? [] : track.images.filter((entry) => entry.part !== part) };
}
