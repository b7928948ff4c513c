import { CovidCtError } from '../../base/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import type { RawPrediction } from './rows.ts';

/** An image of a track with a model's score. */
export interface Prediction {
  readonly entry: TrackImage;
  /** Probability of the positive label, COVID, in [0, 1]. */
  readonly score: number;
}

/** Why a row, or its absence, makes a table of predictions useless. */
export type PredictionFault = 'missing' | 'extra' | 'ambiguous' | 'repeated' | 'not a number' | 'out of range';

/** One fault, with what it is about. */
export interface FaultyPrediction {
  readonly fault: PredictionFault;
  /** The image's name, with its row where there is one. */
  readonly what: string;
}

/** Names shown of each fault. */
const namesShown = 10;

const meanings: Readonly<Record<PredictionFault, (count: number) => string>> = {
  missing: (count) => (count === 1 ? 'image is missing' : 'images are missing'),
  extra: (count) => (count === 1 ? 'row is of no image of it' : 'rows are of no image of it'),
  ambiguous: (count) => (count === 1 ? 'row names two images' : 'rows name two images each'),
  repeated: (count) => (count === 1 ? 'row repeats an image' : 'rows repeat an image'),
  'not a number': (count) => (count === 1 ? 'score is no finite number' : 'scores are no finite numbers'),
  'out of range': (count) => (count === 1 ? 'score is outside of 0 to 1' : 'scores are outside of 0 to 1'),
};

function describe(faults: readonly FaultyPrediction[]): string {
  return [...new Set(faults.map(({ fault }) => fault))]
    .map((fault) => {
      const own = faults.filter((one) => one.fault === fault);
      const more = own.length > namesShown ? `\n    … and ${own.length - namesShown} more` : '';
      return `  ${own.length} ${meanings[fault](own.length)}:${own.slice(0, namesShown).map(({ what }) => `\n    ${what}`).join('')}${more}`;
    })
    .join('\n');
}

/**
 * Matches rows with the images they are to be about: each image exactly one row, each score in [0, 1]. A row names its
 * image as the name lists do, or as `<label>/<name>`; where two labels have an image of one name (none of COVID-CT-Dataset
 * has), only the latter tells which.
 * @param images the images of a part of a track
 * @param others further images of the track, to say of an extra row where it belongs
 * @returns the predictions in the order of `images`, and everything that is wrong
 */
export function matchPredictions(
  rows: readonly RawPrediction[],
  images: readonly TrackImage[],
  others: readonly TrackImage[] = [],
): { readonly predictions: readonly Prediction[]; readonly faults: readonly FaultyPrediction[] } {
  const byName = new Map<string, TrackImage[]>();
  for (const entry of images) {
    for (const name of new Set([entry.image.id, entry.image.name])) byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  const elsewhere = new Map(others.flatMap((entry): [string, string][] => [[entry.image.id, entry.part], [entry.image.name, entry.part]]));
  const faults: FaultyPrediction[] = [];
  const scores = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const { row, image, raw, score } of rows) {
    const found = byName.get(image) ?? byName.get(image.trim()) ?? [];
    const [entry, second] = found;
    if (entry === undefined) {
      const part = elsewhere.get(image) ?? elsewhere.get(image.trim());
      faults.push({ fault: 'extra', what: `row ${row}: ${image === '' ? '(no name)' : image}${part === undefined ? '' : ` (it is in ${part})`}` });
      continue;
    }
    if (second !== undefined) {
      faults.push({ fault: 'ambiguous', what: `row ${row}: ${image} is ${found.map((one) => one.image.id).join(' or ')}` });
      // Neither is missing: which one is meant is all that is unknown.
      for (const one of found) seen.set(one.image.id, row);
      continue;
    }
    const before = seen.get(entry.image.id);
    if (before !== undefined) faults.push({ fault: 'repeated', what: `row ${row}: ${image} (first in row ${before})` });
    else seen.set(entry.image.id, row);
    if (Number.isNaN(score)) faults.push({ fault: 'not a number', what: `row ${row}: ${image} has ${raw === '' ? 'no score' : raw}` });
    else if (score < 0 || score > 1) faults.push({ fault: 'out of range', what: `row ${row}: ${image} has ${raw}` });
    else scores.set(entry.image.id, score);
  }
  for (const { image } of images) if (!seen.has(image.id)) faults.push({ fault: 'missing', what: image.name });
  return { predictions: images.map((entry) => ({ entry, score: scores.get(entry.image.id) ?? Number.NaN })), faults };
}

/**
 * {@link matchPredictions}, refusing a table with any fault.
 * @param what how messages call the images: `the 203 test images of the legacy track`
 * @param file the table's name, for messages
 * @throws CovidCtError BAD_TABLE that names every kind of fault, and up to ten rows or images of each
 */
export function joinPredictions(rows: readonly RawPrediction[], images: readonly TrackImage[], what: string, file: string, others: readonly TrackImage[] = []): readonly Prediction[] {
  const { predictions, faults } = matchPredictions(rows, images, others);
  if (faults.length === 0) return predictions;
  throw new CovidCtError('BAD_TABLE', `${file} does not give ${what} one score each:\n${describe(faults)}`, {
    hint: 'Give every image exactly one row: its name as in the name lists, and the probability of COVID, from 0 to 1.',
  });
}
