import { findLungs } from '../../src/imaging/index.ts';
import { outlineMask, readLungOutlines } from './lung-truth.ts';
import { lunaPictures, releasePictures } from './real-pictures.ts';

/** A picture's mask against its outline. */
export interface LungJudgement {
  readonly name: string;
  readonly from: 'release' | 'LUNA16';
  readonly half: 'tuning' | 'held-out';
  /** Share of the picture that the outline calls lung. */
  readonly truth: number;
  /** 2 |A ∩ B| / (|A| + |B|); undefined where the mask abstains. */
  readonly dice: number | undefined;
  /** Why it abstains. */
  readonly reason: string | undefined;
}

/** Judges the lung mask on the pictures outlined by hand. */
export async function judgeLungMask(): Promise<readonly LungJudgement[]> {
  const pictures = new Map([...(await releasePictures()), ...(await lunaPictures())].map(({ name, picture }) => [name.replace(/^LUNA\//, ''), picture]));
  return readLungOutlines().map((outline) => {
    const { name, half } = outline;
    const picture = pictures.get(name);
    if (picture === undefined) throw new Error(`no picture ${name}`);
    const truth = outlineMask(outline, picture.width, picture.height);
    const area = truth.reduce((sum, value) => sum + value, 0);
    const from = name.includes('/') ? 'release' : 'LUNA16';
    const found = findLungs(picture);
    const judged = { name, from, half, truth: area / truth.length } as const;
    if (!found.found) return { ...judged, dice: undefined, reason: found.reason };
    let [both, own] = [0, 0];
    found.mask.data.forEach((value, at) => {
      own += value;
      both += value & (truth[at] ?? 0);
    });
    return { ...judged, dice: (2 * both) / (own + area), reason: undefined };
  });
}

/** The middle one, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
}
