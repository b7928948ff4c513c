import type { Random } from '../../base/pure.ts';
import type { Picture } from '../picture.ts';

/**
 * A way in which a picture loses what a model may need, from none (strength 0: the very picture) to the worst that is
 * studied (strength 1).
 */
export interface Degradation {
  readonly name: string;
  /** One line: what it does, and how far at strength 1. */
  readonly title: string;
  /** The strengths of a curve: 0 first, 1 last, ascending. */
  readonly strengths: readonly number[];
  /** What a strength means in the degradation's own terms: `5 bits`, `quality 40`. */
  setting(strength: number): string;
  /**
   * The picture after it; the input is left alone. Called with strengths above 0 only: {@link degrade} gives the picture itself at 0.
   * The same random stream draws the same place, direction or noise at each strength, so that a curve is of one cause.
   */
  apply(picture: Picture, strength: number, random: Random): Picture | Promise<Picture>;
}

/** Strengths 0, 1/n … 1. */
export function evenStrengths(steps: number): readonly number[] {
  return Array.from({ length: steps + 1 }, (_, i) => i / steps);
}

/**
 * Degrades a picture.
 * @param strength 0 (the very picture is given back) to 1
 * @throws RangeError for any other strength
 */
export async function degrade(picture: Picture, degradation: Degradation, strength: number, random: Random): Promise<Picture> {
  if (!(strength >= 0 && strength <= 1)) throw new RangeError(`degrade: strength ${strength} is not within 0 and 1`);
  return strength === 0 ? picture : degradation.apply(picture, strength, random);
}
