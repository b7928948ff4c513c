import { createRandom } from '../../base/index.ts';
import { boxBlur, resizePlane, type Plane } from './plane.ts';

/** 32-bit words of one patch hash: 256 bits. */
export const wordsPerHash = 8;

/** Hashes of the small patches around a picture's most marked points. A re-cropped copy keeps most of them. */
export interface PatchHashes {
  readonly count: number;
  /** Position of each patch's centre in the working plane, in its pixels. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Level of the pyramid: the patch was seen at `levelFactor ** level` of the working size. */
  readonly level: Uint8Array;
  /** `[count, wordsPerHash]` */
  readonly words: Uint32Array;
}

/** Each level of the pyramid is this much smaller than the one before. */
export const levelFactor = 2 ** -0.25;
/** From 0.84 to 0.30 of the working size, so that copies whose scales differ by a factor of 2 still share levels. */
const firstLevel = 1;
const lastLevel = 7;
/** A point is sought in each of `cells * cells` parts of a level, so that bones and letters do not take all places. */
const cells = 4;
const pointsPerCell = 2;
/** Half a side of a patch, in pixels of its level. */
const patchRadius = 12;
/** Least difference of the point to its surroundings, in gray levels. */
const leastContrast = 2;

/**
 * Pairs of points within a patch whose gray values are compared, one bit each (BRIEF: Calonder et al., ECCV 2010, with
 * pairs from an isotropic normal distribution). The 64 drawn pairs stand four times: as drawn, mirrored left-right,
 * mirrored top-bottom, and both; so the hash of a mirrored patch is the hash with its quarters exchanged.
 */
const pairs: Int8Array = (() => {
  const random = createRandom(20200330);
  const coordinate = () => Math.max(-patchRadius, Math.min(patchRadius, Math.round(random.normal() * patchRadius * 0.45)));
  const out = new Int8Array(256 * 4);
  for (let i = 0; i < 64; i++) {
    let pair = [coordinate(), coordinate(), coordinate(), coordinate()] as const;
    while (Math.hypot(pair[0] - pair[2], pair[1] - pair[3]) < 3) pair = [coordinate(), coordinate(), coordinate(), coordinate()];
    const [ax, ay, bx, by] = pair;
    out.set([ax, ay, bx, by], i * 4);
    out.set([-ax, ay, -bx, by], (64 + i) * 4);
    out.set([ax, -ay, bx, -by], (128 + i) * 4);
    out.set([-ax, -ay, -bx, -by], (192 + i) * 4);
  }
  return out;
})();

/** How a picture is mirrored: bit 0 left-right, bit 1 top-bottom; 3 is a half turn. */
export type Flip = 0 | 1 | 2 | 3;
export const flips: readonly Flip[] = [0, 1, 2, 3];

/** The hashes (`[n, wordsPerHash]`) that the mirrored patches would have. */
export function flipHashes(words: Uint32Array, flip: Flip): Uint32Array {
  if (flip === 0) return words;
  const flipped = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) flipped[i] = words[i ^ (flip << 1)] as number;
  return flipped;
}

interface Point {
  readonly at: number;
  readonly strength: number;
}

/** The strongest extrema of a difference of two blurs, `pointsPerCell` in each cell. */
function strongestPoints(fine: Plane, coarse: Plane): number[] {
  const { width, height } = fine;
  const margin = patchRadius + 1;
  const difference = new Float32Array(width * height);
  for (let i = 0; i < difference.length; i++) difference[i] = (fine.data[i] as number) - (coarse.data[i] as number);
  const best: Point[][] = Array.from({ length: cells * cells }, () => []);
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin; x < width - margin; x++) {
      const at = y * width + x;
      const value = difference[at] as number;
      const strength = Math.abs(value);
      if (strength < leastContrast || !isExtremum(difference, width, at, value)) continue;
      const cell = best[Math.floor((y * cells) / height) * cells + Math.floor((x * cells) / width)];
      if (cell === undefined) continue;
      if (cell.length === pointsPerCell && strength <= (cell[pointsPerCell - 1]?.strength ?? 0)) continue;
      cell.push({ at, strength });
      cell.sort((a, b) => b.strength - a.strength);
      if (cell.length > pointsPerCell) cell.pop();
    }
  }
  return best.flatMap((cell) => cell.map((point) => point.at));
}

/** Whether no pixel within two of this one goes further in its direction. */
function isExtremum(data: Float32Array, width: number, at: number, value: number): boolean {
  const sign = value > 0 ? 1 : -1;
  const top = value * sign;
  for (let dy = -2; dy <= 2; dy++) {
    const row = at + dy * width;
    for (let dx = -2; dx <= 2; dx++) {
      if ((data[row + dx] as number) * sign > top) return false;
    }
  }
  return true;
}

function hashPatch(plane: Plane, at: number, out: Uint32Array, offset: number): void {
  const { width, data } = plane;
  for (let word = 0; word < wordsPerHash; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) {
      const pair = (word * 32 + bit) * 4;
      const first = data[at + (pairs[pair + 1] as number) * width + (pairs[pair] as number)] as number;
      const second = data[at + (pairs[pair + 3] as number) * width + (pairs[pair + 2] as number)] as number;
      if (first < second) bits |= 1 << bit;
    }
    out[offset + word] = bits >>> 0;
  }
}

/** Finds the marked points of a working plane at several scales and hashes the patches around them. */
export function hashPatches(plane: Plane): PatchHashes {
  const limit = (lastLevel - firstLevel + 1) * cells * cells * pointsPerCell;
  const x = new Float32Array(limit);
  const y = new Float32Array(limit);
  const levelOf = new Uint8Array(limit);
  const words = new Uint32Array(limit * wordsPerHash);
  let count = 0;
  for (let level = firstLevel; level <= lastLevel; level++) {
    const width = Math.round(plane.width * levelFactor ** level);
    const height = Math.round(plane.height * levelFactor ** level);
    if (Math.min(width, height) <= 2 * patchRadius + 3) break;
    const scaled = resizePlane(plane, width, height);
    const fine = boxBlur(scaled, 1);
    const smooth = boxBlur(fine, 1);
    const coarse = boxBlur(fine, 3);
    for (const at of strongestPoints(fine, coarse)) {
      x[count] = ((at % width) + 0.5) * (plane.width / width) - 0.5;
      y[count] = (Math.floor(at / width) + 0.5) * (plane.height / height) - 0.5;
      levelOf[count] = level;
      hashPatch(smooth, at, words, count * wordsPerHash);
      count += 1;
    }
  }
  return { count, x: x.slice(0, count), y: y.slice(0, count), level: levelOf.slice(0, count), words: words.slice(0, count * wordsPerHash) };
}

/** Bits set in a 32-bit word. */
function bitsSet(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Hamming distance of two hashes; 256 as soon as it exceeds `most`, looked at after each quarter. */
export function hashDistance(a: Uint32Array, atA: number, b: Uint32Array, atB: number, most: number): number {
  let distance = 0;
  for (let word = 0; word < wordsPerHash; word += 2) {
    distance += bitsSet((a[atA + word] as number) ^ (b[atB + word] as number)) + bitsSet((a[atA + word + 1] as number) ^ (b[atB + word + 1] as number));
    if (distance > most) return 256;
  }
  return distance;
}
