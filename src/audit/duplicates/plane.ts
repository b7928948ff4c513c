import type { Picture } from '../../imaging/index.ts';

/** One channel of gray values (0 to 255, fractions kept), in rows. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The length of the longer side at which pictures are compared, in pixels. */
export const workingSide = 256;

/** Luma of a picture (ITU-R BT.601), transparent pixels on black. */
export function toPlane(picture: Picture): Plane {
  const { width, height, channels, data } = picture;
  const gray = new Float32Array(width * height);
  for (let i = 0, at = 0; i < gray.length; i++, at += channels) {
    const red = data[at] as number;
    if (channels === 1) {
      gray[i] = red;
      continue;
    }
    const luma = 0.299 * red + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
    gray[i] = channels === 4 ? (luma * (data[at + 3] as number)) / 255 : luma;
  }
  return { width, height, data: gray };
}

/** Where an output pixel takes its value from: `count` weights for the inputs from `start` on. */
interface Taps {
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly stride: number;
}

/** Area average where the side shrinks; linear interpolation between pixel centres where it grows. */
function taps(from: number, to: number): Taps {
  const ratio = from / to;
  const stride = Math.max(2, Math.ceil(ratio) + 1);
  const start = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float32Array(to * stride);
  for (let i = 0; i < to; i++) {
    if (ratio <= 1) {
      const centre = Math.min(from - 1, Math.max(0, (i + 0.5) * ratio - 0.5));
      const low = Math.min(Math.floor(centre), Math.max(0, from - 2));
      start[i] = low;
      count[i] = Math.min(2, from);
      weights[i * stride] = from === 1 ? 1 : 1 - (centre - low);
      weights[i * stride + 1] = centre - low;
      continue;
    }
    const left = i * ratio;
    const right = Math.min(from, (i + 1) * ratio);
    const first = Math.floor(left);
    const last = Math.min(from - 1, Math.ceil(right) - 1);
    start[i] = first;
    count[i] = last - first + 1;
    for (let j = first; j <= last; j++) {
      weights[i * stride + j - first] = (Math.min(right, j + 1) - Math.max(left, j)) / (right - left);
    }
  }
  return { start, count, weights, stride };
}

/** A plane at another size: area average where it shrinks, linear where it grows. Sides are at least 1. */
export function resizePlane(plane: Plane, width: number, height: number): Plane {
  if (width === plane.width && height === plane.height) return plane;
  const across = taps(plane.width, width);
  const narrow = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    const row = y * plane.width;
    for (let x = 0; x < width; x++) {
      const start = row + (across.start[x] as number);
      const weight = x * across.stride;
      let sum = 0;
      for (let k = 0; k < (across.count[x] as number); k++) sum += (plane.data[start + k] as number) * (across.weights[weight + k] as number);
      narrow[y * width + x] = sum;
    }
  }
  const down = taps(plane.height, height);
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < (down.count[y] as number); k++) {
      const weight = down.weights[y * down.stride + k] as number;
      const row = ((down.start[y] as number) + k) * width;
      for (let x = 0; x < width; x++) data[y * width + x] = (data[y * width + x] as number) + weight * (narrow[row + x] as number);
    }
  }
  return { width, height, data };
}

/** The picture's luma with its longer side at {@link workingSide}. */
export function workingPlane(picture: Picture): Plane {
  const plane = toPlane(picture);
  const scale = workingSide / Math.max(plane.width, plane.height);
  return resizePlane(plane, Math.max(1, Math.round(plane.width * scale)), Math.max(1, Math.round(plane.height * scale)));
}

/** Sums `2 * radius + 1` neighbours along each row, edges repeated. */
function rowSums(plane: Plane, radius: number): Float32Array {
  const { width, height, data } = plane;
  const sums = new Float32Array(width * height);
  const last = width - 1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += data[row + Math.min(last, Math.max(0, k))] as number;
    for (let x = 0; x < width; x++) {
      sums[row + x] = sum;
      const enter = x + radius + 1;
      const leave = x - radius;
      sum += (data[row + (enter > last ? last : enter)] as number) - (data[row + (leave < 0 ? 0 : leave)] as number);
    }
  }
  return sums;
}

/** Mean over a square of `2 * radius + 1` pixels a side, edges repeated, by running sums. */
export function boxBlur(plane: Plane, radius: number): Plane {
  const { width, height } = plane;
  const share = 1 / (2 * radius + 1) ** 2;
  const rows = rowSums(plane, radius);
  const data = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let k = -radius; k <= radius; k++) {
    const row = Math.min(height - 1, Math.max(0, k)) * width;
    for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + (rows[row + x] as number);
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const enter = Math.min(height - 1, y + radius + 1) * width;
    const leave = Math.max(0, y - radius) * width;
    for (let x = 0; x < width; x++) {
      const sum = sums[x] as number;
      data[row + x] = sum * share;
      sums[x] = sum + (rows[enter + x] as number) - (rows[leave + x] as number);
    }
  }
  return { width, height, data };
}
