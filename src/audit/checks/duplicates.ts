import { compareNatural, defect } from '../codes.ts';
import { describePicture, findDuplicates, type DescribedPicture, type PicturePair } from '../duplicates/index.ts';
import type { ReleaseImage } from '../../release/index.ts';
import type { Check, CheckTable, Defect, Suggestion } from '../types.ts';

/** An image and the size of its picture. */
interface Sized {
  readonly image: ReleaseImage;
  readonly width: number;
  readonly height: number;
}

const flipWords = ['', ', mirrored left-right', ', mirrored top-bottom', ', turned by 180 degrees'] as const;

/** Pixels of the second picture per pixel of the first, in the pictures' own sizes. */
function ownScale(pair: PicturePair, first: Sized, second: Sized): number {
  // The alignment holds for planes whose longer side is the same for all pictures.
  const plane = Math.sqrt(pair.alignment.scaleX * pair.alignment.scaleY);
  return (plane * Math.max(second.width, second.height)) / Math.max(first.width, first.height);
}

const percent = (share: number): string => `${Math.round(100 * Math.min(1, share))} %`;

/** The figures of a pair in words: correlation, overlap, scale, mirroring. */
function figuresOf(pair: PicturePair, first: Sized, second: Sized): string {
  return (
    `gray values correlate by ${pair.ncc.toFixed(3)} (NCC), fine structures by ${pair.detailMedian.toFixed(3)} in the median and ` +
    `${pair.detailLow.toFixed(3)} in the lower quartile of ${pair.blocks} blocks; the overlap covers ${percent(pair.overlapA)} of ${pair.first} and ` +
    `${percent(pair.overlapB)} of ${pair.second}, scaled by ${ownScale(pair, first, second).toFixed(2)}${flipWords[pair.alignment.flip]}`
  );
}

/**
 * Which of two equal pictures to take out. With opposite labels both, since one label is wrong and the pixels do not say
 * which. In two splits the one outside the test list, as training on a test picture is what does harm. Else the one with
 * fewer pixels, and of equal ones the later name.
 */
export function quarantineOf(pair: PicturePair, first: Sized, second: Sized): Suggestion {
  const names = [pair.first, pair.second].toSorted(compareNatural);
  if (first.image.label !== second.image.label) return { action: 'quarantine', images: names };
  const tests = [first, second].filter(({ image }) => image.split === 'test');
  if (tests.length === 1) return { action: 'quarantine', images: [tests[0] === first ? pair.second : pair.first] };
  const pixels = first.width * first.height - second.width * second.height;
  const out = pixels === 0 ? (names[1] ?? pair.second) : pixels < 0 ? pair.first : pair.second;
  return { action: 'quarantine', images: [out] };
}

const place = ({ image }: Sized): string => `${image.label}, ${image.splits.length === 0 ? 'in no list' : image.splits.join(' and ')}`;

const people = (images: readonly ReleaseImage[]) => ({
  patients: images.flatMap((image) => image.patient ?? []),
  papers: images.flatMap((image) => image.paper ?? []),
});

/** One defect for a run of pictures that look like slices of one scan. */
function adjacentDefect(names: readonly string[], pairs: readonly PicturePair[], sized: ReadonlyMap<string, Sized>): Defect {
  const within = pairs.filter((pair) => names.includes(pair.first));
  const images = names.flatMap((name) => sized.get(name)?.image ?? []);
  const range = (value: (pair: PicturePair) => number): string => {
    const values = within.map(value).toSorted((a, b) => a - b);
    const [low, high] = [values[0]?.toFixed(2), values.at(-1)?.toFixed(2)];
    return low === high ? `${low}` : `${low} to ${high}`;
  };
  return defect('ADJACENT_SLICES', {
    images: names,
    ...people(images),
    evidence:
      `${names.length} pictures are alike, yet not the same: in ${within.length} ${within.length === 1 ? 'pair' : 'pairs'} gray values correlate by ` +
      `${range((pair) => pair.ncc)} (NCC), fine structures by ${range((pair) => pair.detailMedian)} in the median and only ${range((pair) => pair.detailLow)} in the ` +
      `lower quartile of blocks, as in neighbouring slices of one scan.`,
    suggestion: { action: 'regroup', images: names.toSorted(compareNatural) },
  });
}

/**
 * The same picture under two names, whatever was done to it in between. Hashes only propose; the pixels of both pictures,
 * laid on each other, decide. The groups of true duplicates go to the leakage and labels checks and to the clean track.
 */
export const duplicates: Check = {
  name: 'duplicates',
  title: 'The same picture under more than one name; neighbouring slices',
  run: async ({ release, nameOf, picture, progress, signal }) => {
    const described: DescribedPicture[] = [];
    const sized = new Map<string, Sized>();
    for (const [done, image] of release.images.entries()) {
      progress({ label: 'hashing pictures', done, total: release.images.length });
      const pixels = await picture(image);
      if (pixels === undefined) continue;
      const name = nameOf(image);
      described.push(describePicture(name, pixels));
      sized.set(name, { image, width: pixels.width, height: pixels.height });
    }
    progress({ label: 'hashing pictures', done: release.images.length, total: release.images.length });
    const search = await findDuplicates(described, { progress, signal });

    const defects: Defect[] = [];
    const rows: (string | number | null)[][] = [];
    for (const pair of search.pairs) {
      const first = sized.get(pair.first);
      const second = sized.get(pair.second);
      if (pair.kind !== 'duplicate' || first === undefined || second === undefined) continue;
      defects.push(
        defect('DUPLICATE', {
          images: [pair.first, pair.second],
          ...people([first.image, second.image]),
          evidence: `${pair.first} (${place(first)}) and ${pair.second} (${place(second)}) are one picture: ${figuresOf(pair, first, second)}.`,
          suggestion: quarantineOf(pair, first, second),
        }),
      );
      const { ncc, detailMedian, detailLow } = pair;
      rows.push([pair.first, place(first), pair.second, place(second), Number(ncc.toFixed(3)), Number(detailMedian.toFixed(3)), Number(detailLow.toFixed(3))]);
    }
    const adjacent = search.pairs.filter((pair) => pair.kind === 'adjacent');
    for (const names of search.adjacentGroups) defects.push(adjacentDefect(names, adjacent, sized));

    const table: CheckTable = {
      title: 'Pairs that are one picture',
      note: `${search.proposed} pairs were proposed by patch hashes and looked at pixel by pixel; ${adjacent.length} more look like neighbouring slices.`,
      columns: ['image', 'label, list', 'image', 'label, list', 'NCC', 'detail, median', 'detail, lower quartile'],
      rows,
    };
    return { defects, tables: [table], groups: search.groups };
  },
};
