import { toGray, type Picture, type Rectangle } from '../../imaging/index.ts';
import { isLossless, type Line } from './lossless.ts';
import type { Axis } from './types.ts';

/** A step counts from so many levels above the steps beside it: noise and texture of CT seldom reach it along a line. */
const stepLevels = 7;
/** Around a line without a step, levels differ by no more: it says nothing for or against. */
const flatLevels = 5;
/** Levels from which on, or down to which, a pixel may be of a white or a black gutter, JPEG's ringing included. */
const nearlyWhite = 238;
const black = 17;

/** Running counts along a line: two bytes each, unless a line is too long for that. */
type Counts = Uint16Array | Int32Array;

/** Sums along one axis' lines, so that any part of any line is counted in one subtraction. */
export interface LineSums {
  /** Lines and pixels along each. */
  readonly lines: number;
  readonly length: number;
  /** Pixels at which the level jumps between the line before and this one. */
  readonly steps: Counts;
  /** Pixels around which nothing happens across the line. */
  readonly silent: Counts;
  readonly white: Counts;
  readonly black: Counts;
  /** Pixels that are as their neighbour along the line. */
  readonly even: Counts;
}

/** What a picture's pixels say of straight lines through it. */
export interface Evidence {
  readonly width: number;
  readonly height: number;
  /** `[height * width]` */
  readonly gray: Uint8Array;
  /** Whether the figure was kept without loss (`isLossless`): white is 255 alone then, and a panel's nearly white margin is no ground. */
  readonly isExact: boolean;
  /** Of columns: `lines` is the width. */
  readonly x: LineSums;
  /** Of rows: `lines` is the height. */
  readonly y: LineSums;
  /** Sum of the levels above and left of each corner of a pixel, modulo 2³²: `[(height + 1) * (width + 1)]`. */
  readonly sums: Uint32Array;
}

/** A part of one line. */
export interface LinePart {
  readonly steps: number;
  readonly silent: number;
  readonly white: number;
  readonly black: number;
  readonly even: number;
}

function sumsOf(gray: Uint8Array, white: number, lines: number, length: number, across: number, along: number): LineSums {
  const row = length + 1;
  const make = (): Counts => (length < 65_536 ? new Uint16Array(lines * row) : new Int32Array(lines * row));
  const [steps, silent, whites, blacks, even] = [make(), make(), make(), make(), make()];
  for (let line = 0; line < lines; line++) {
    const back = (by: number): number => -Math.min(line, by) * across;
    const ahead = (by: number): number => Math.min(lines - 1 - line, by) * across;
    const [b1, b2, b3, b4, b5, a1, a2, a3, a5] = [back(1), back(2), back(3), back(4), back(5), ahead(1), ahead(2), ahead(3), ahead(5)];
    for (let i = 0; i < length; i++) {
      const at = line * across + i * along;
      const value = gray[at] as number;
      const [before, before2, before3] = [gray[at + b1] as number, gray[at + b2] as number, gray[at + b3] as number];
      const [after, after2] = [gray[at + a1] as number, gray[at + a2] as number];
      // A sharp seam jumps from one line to the next, a scaled one within two or four.
      const sharp = Math.abs(value - before) - Math.max(Math.abs(before - before2), Math.abs(after - value));
      const soft = Math.abs(after - before) - Math.max(Math.abs(before - before3), Math.abs((gray[at + a3] as number) - after), Math.abs(before - before2), Math.abs(after2 - after));
      const softer = Math.abs(after2 - before2) - Math.max(Math.abs(before2 - (gray[at + b5] as number)), Math.abs((gray[at + a5] as number) - after2));
      const isStep = line > 0 && (sharp >= stepLevels || soft >= 1.5 * stepLevels || softer >= 2.5 * stepLevels);
      const isSilent = !isStep && Math.max(value, before, before2, before3, gray[at + b4] as number, after, after2) - Math.min(value, before, before2, before3, gray[at + b4] as number, after, after2) <= flatLevels;
      const to = line * row + i + 1;
      steps[to] = (steps[to - 1] as number) + (isStep ? 1 : 0);
      silent[to] = (silent[to - 1] as number) + (isSilent ? 1 : 0);
      whites[to] = (whites[to - 1] as number) + (value >= white ? 1 : 0);
      blacks[to] = (blacks[to - 1] as number) + (value <= black ? 1 : 0);
      even[to] = (even[to - 1] as number) + (i > 0 && Math.abs(value - (gray[at - along] as number)) <= 2 ? 1 : 0);
    }
  }
  return { lines, length, steps, silent, white: whites, black: blacks, even };
}

function levelSums(gray: Uint8Array, width: number, height: number): Uint32Array {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += gray[y * width + x] as number;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + sum;
    }
  }
  return sums;
}

/** Looks at every line of a picture. Alpha is dropped. */
export function gatherEvidence(picture: Picture): Evidence {
  const figure = toGray(picture);
  const { width, height, data } = figure;
  const isExact = isLossless(figure);
  const white = isExact ? 255 : nearlyWhite;
  return { width, height, gray: data, isExact, x: sumsOf(data, white, width, height, 1, width), y: sumsOf(data, white, height, width, width, 1), sums: levelSums(data, width, height) };
}

/** Counts along a line from `from` to before `to`. */
export function linePart(sums: LineSums, line: number, from: number, to: number): LinePart {
  const [start, end] = [line * (sums.length + 1) + from, line * (sums.length + 1) + to];
  const count = (of: Counts): number => (of[end] as number) - (of[start] as number);
  return { steps: count(sums.steps), silent: count(sums.silent), white: count(sums.white), black: count(sums.black), even: count(sums.even) };
}

/** A region as an axis sees it: the range of its lines, and the range along them. */
export function rangesOf(axis: Axis, { x, y, width, height }: Rectangle): { readonly first: number; readonly last: number; readonly from: number; readonly to: number } {
  return axis === 'x' ? { first: x, last: x + width, from: y, to: y + height } : { first: y, last: y + height, from: x, to: x + width };
}

/** Where a part of a line lies among a figure's pixels. */
export function lineOf({ width }: Evidence, axis: Axis, line: number, from: number, to: number): Line {
  return axis === 'x' ? { start: from * width + line, step: width, length: to - from } : { start: line * width + from, step: 1, length: to - from };
}
