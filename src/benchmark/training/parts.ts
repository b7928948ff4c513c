import { CovidCtError, sha256 } from '../../base/index.ts';
import { splitNames, type Release, type ReleaseImage, type SplitName } from '../../release/index.ts';
import type { Track } from '../../splits/index.ts';

/** An image that a run trains on or is judged by. */
export interface Example {
  readonly image: ReleaseImage;
  /** The label in its track. */
  readonly label: string;
  /** Number of the label: 0 for the positive one, which stands first, as the release's scripts number COVID. */
  readonly target: number;
}

/** The three parts of a run. */
export interface Parts {
  /** Names of the classes by their number, the positive one first. */
  readonly classes: readonly string[];
  readonly train: readonly Example[];
  readonly val: readonly Example[];
  readonly test: readonly Example[];
}

/**
 * What a run trains on, validates on and is judged by.
 * @param fold of folds, counted from 1: it tests, the next one (the first after the last) validates, the others train
 * @throws CovidCtError BAD_RELEASE when a part is empty or there are not two labels; USAGE for a fold that is none
 */
export function partsOf(release: Release, track: Track, fold?: number): Parts {
  const classes = release.labels;
  if (classes.length !== 2) throw new CovidCtError('BAD_RELEASE', `${release.name} has ${classes.length} labels; a run tells two apart.`);
  const of = (names: readonly string[]): Example[] =>
    track.images.flatMap(({ image, label, part }) => (names.includes(part) ? [{ image, label, target: classes.indexOf(label) }] : []));
  const names = partNames(track, fold);
  const parts = { classes, train: of(names.train), val: of(names.val), test: of(names.test) };
  for (const name of splitNames) {
    const labels = new Set(parts[name].map(({ target }) => target));
    if (labels.size < 2 || labels.has(-1)) throw new CovidCtError('BAD_RELEASE', `The part ${name} of ${release.name} does not hold images of both labels.`);
  }
  return parts;
}

function partNames(track: Track, fold: number | undefined): Readonly<Record<SplitName, readonly string[]>> {
  if (track.kind === 'split') return { train: ['train'], val: ['val'], test: ['test'] };
  const count = track.parts.length;
  if (fold === undefined || !Number.isInteger(fold) || fold < 1 || fold > count) {
    throw new CovidCtError('USAGE', `There is no fold ${fold ?? ''} of ${count}.`, { hint: `Folds count from 1 to ${count}.` });
  }
  const test = track.parts[fold - 1] ?? '';
  const val = track.parts[fold % count] ?? '';
  return { train: track.parts.filter((part) => part !== test && part !== val), val: [val], test: [test] };
}

/** A hash over which images are in which part with which label, and their bytes: two runs with the same one saw the same data. */
export async function hashOfParts(release: Release, parts: Parts): Promise<string> {
  const lines: string[] = [];
  for (const name of splitNames) {
    for (const { image, label } of parts[name]) lines.push(`${name}\t${label}\t${image.id}\t${sha256(await release.bytes(image))}`);
  }
  return sha256(Buffer.from(lines.join('\n')));
}
