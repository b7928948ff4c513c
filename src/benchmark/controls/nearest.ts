import { cosineHash, differenceHash, hammingDistance, type Hash64, type Picture } from '../../imaging/index.ts';

/** Both perceptual hashes of a picture: 128 bits. */
export type PictureHashes = readonly [cosine: Hash64, difference: Hash64];

export function hashesOf(picture: Picture): PictureHashes {
  return [cosineHash(picture), differenceHash(picture)];
}

function distance(a: PictureHashes, b: PictureHashes): number {
  return hammingDistance(a[0], b[0]) + hammingDistance(a[1], b[1]);
}

/** A training picture's hashes and truth. */
export interface HashedPicture {
  readonly hashes: PictureHashes;
  readonly positive: boolean;
}

/**
 * Scores a picture by the training picture that looks most like it: above 0.5 where the nearest is positive, by how much
 * nearer it is than the nearest of the other label; a copy of a training picture is near 0 or 1. Bits of 128 that differ, counted from 1 so that
 * two copies with different labels give 0.5.
 * @returns 0.5 where a label has no training picture
 */
export function nearestScore(hashes: PictureHashes, train: readonly HashedPicture[]): number {
  let [toPositive, toNegative] = [Infinity, Infinity];
  for (const one of train) {
    const away = 1 + distance(hashes, one.hashes);
    if (one.positive) toPositive = Math.min(toPositive, away);
    else toNegative = Math.min(toNegative, away);
  }
  return Number.isFinite(toPositive) && Number.isFinite(toNegative) ? toNegative / (toPositive + toNegative) : 0.5;
}
