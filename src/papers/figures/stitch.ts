import { toRgb, type Picture } from '../../imaging/index.ts';
import type { Box } from '../pdf/index.ts';
import { overlapX, overlapY, union } from '../layout/boxes.ts';

/** A picture on a page, after strips are put together. */
export interface PlacedPicture {
  readonly page: number;
  readonly box: Box;
  readonly pixels: Picture;
  /** Numbers of the PDF objects that it is made of, from top to bottom, left to right; empty where unknown. */
  readonly objects: readonly number[];
  /** `file`: it stands beside the text, as in a package of JATS. */
  readonly source: 'embedded' | 'stitched' | 'rendered' | 'file';
}

/** Strips are cut exactly, and may lie apart by rounding alone: in points. */
const slack = 0.8;
/** A strip is at least so many times as long as thick. */
const stripShape = 2;

/**
 * Puts together pictures that were cut into strips: those that abut with the same width, resolution and edge. Pictures
 * that merely touch, as tiles of CTs do, are left apart unless their content runs on across the seam.
 */
export function stitch(pictures: readonly PlacedPicture[]): PlacedPicture[] {
  const done = [...pictures];
  for (;;) {
    const pair = findPair(done);
    if (pair === undefined) return done;
    const [first, second, along] = pair;
    done.splice(done.indexOf(second), 1);
    done.splice(done.indexOf(first), 1, join(first, second, along));
  }
}

function findPair(pictures: readonly PlacedPicture[]): readonly [PlacedPicture, PlacedPicture, 'down' | 'right'] | undefined {
  for (const first of pictures) {
    for (const second of pictures) {
      if (first === second || first.page !== second.page) continue;
      if (abuts(first, second, 'down')) return [first, second, 'down'];
      if (abuts(first, second, 'right')) return [first, second, 'right'];
    }
  }
  return undefined;
}

/** Whether the second goes on where the first ends. */
function abuts(first: PlacedPicture, second: PlacedPicture, along: 'down' | 'right'): boolean {
  const [a, b] = [first.box, second.box];
  const [p, q] = [first.pixels, second.pixels];
  const isDown = along === 'down';
  const meets = isDown
    ? Math.abs(a.x - b.x) < slack && Math.abs(a.width - b.width) < slack && Math.abs(a.y + a.height - b.y) < slack
    : Math.abs(a.y - b.y) < slack && Math.abs(a.height - b.height) < slack && Math.abs(a.x + a.width - b.x) < slack;
  if (!meets || (isDown ? p.width !== q.width : p.height !== q.height)) return false;
  const [scale, scale2] = isDown ? [a.height / p.height, b.height / q.height] : [a.width / p.width, b.width / q.width];
  if (Math.abs(scale / scale2 - 1) > 0.03) return false;
  const shape = (box: Box): number => (isDown ? box.width / box.height : box.height / box.width);
  return Math.max(shape(a), shape(b)) >= stripShape || runsOn(p, q, along) || (isDown && isWhiteThrough(p, q));
}

/** Levels of a white ground, ringing included. */
const ground = 250;

/** Whether the ground of a figure was cut: strips go from top to bottom, the last may be lower, and white runs along both sides of the cut. */
function isWhiteThrough(first: Picture, second: Picture): boolean {
  return second.height <= first.height + 1 && [lineOf(first, 'down', -1), lineOf(second, 'down', 0)].every((line) => line.every((level) => level >= ground));
}

/** Whether structure crosses a seam: its two sides differ hardly more than rows beside each other within a picture, and are not flat. */
function runsOn(first: Picture, second: Picture, along: 'down' | 'right'): boolean {
  const edge = lineOf(first, along, -1);
  const next = lineOf(second, along, 0);
  const before = lineOf(first, along, -2);
  const mean = edge.reduce((sum, value) => sum + value, 0) / edge.length;
  const spread = Math.sqrt(edge.reduce((sum, value) => sum + (value - mean) ** 2, 0) / edge.length);
  return spread > 8 && distance(edge, next) <= 1.6 * distance(before, edge) + 1.5;
}

const distance = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

/** A row or column of a picture, its channels averaged. @param at from the start, or from the end where negative */
function lineOf({ width, height, channels, data }: Picture, along: 'down' | 'right', at: number): number[] {
  const isDown = along === 'down';
  const line = at < 0 ? (isDown ? height : width) + at : at;
  return Array.from({ length: isDown ? width : height }, (_, i) => {
    const from = (isDown ? Math.max(0, line) * width + i : i * width + Math.max(0, line)) * channels;
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[from + c] as number;
    return sum / channels;
  });
}

function join(first: PlacedPicture, second: PlacedPicture, along: 'down' | 'right'): PlacedPicture {
  const mixed = first.pixels.channels !== second.pixels.channels;
  const [p, q] = mixed ? [toRgb(first.pixels), toRgb(second.pixels)] : [first.pixels, second.pixels];
  const isDown = along === 'down';
  const width = isDown ? p.width : p.width + q.width;
  const height = isDown ? p.height + q.height : p.height;
  const data = new Uint8Array(width * height * p.channels);
  for (const [picture, x, y] of [[p, 0, 0] as const, [q, isDown ? 0 : p.width, isDown ? p.height : 0] as const]) {
    const row = picture.width * picture.channels;
    for (let i = 0; i < picture.height; i++) data.set(picture.data.subarray(i * row, (i + 1) * row), ((y + i) * width + x) * p.channels);
  }
  return { page: first.page, box: union([first.box, second.box]), pixels: { width, height, channels: p.channels, data }, objects: [...first.objects, ...second.objects], source: 'stitched' };
}

/** Whether two boxes lie side by side in one row. */
export function inOneRow(a: Box, b: Box): boolean {
  return overlapY(a, b) > 0.5 * Math.min(a.height, b.height) && overlapX(a, b) < 0.2 * Math.min(a.width, b.width);
}
