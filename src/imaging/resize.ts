import { crop, paste } from './geometry.ts';
import type { Picture } from './picture.ts';

/**
 * Resampling equal to Pillow's, bit for bit, for samples of 8 bits (Pillow, src/libImaging/Resample.c): a separable filter,
 * widened when the picture shrinks; weights in fixed point; two passes, rounded to 8 bits between them.
 */

/** Pillow's names: BOX, BILINEAR, BICUBIC (a = −½), LANCZOS (3 lobes). */
export type ResizeFilter = 'box' | 'bilinear' | 'bicubic' | 'lanczos';

interface Kernel {
  /** Half of its width, in source pixels at scale 1. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

const kernels: Readonly<Record<ResizeFilter, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight(signed) {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** 32 bits less 8 for the sample and 2 for lobes that overshoot. */
const precision = 22;
const half = 1 << (precision - 1);

/** For each place of the output: the first source place, how many, and their fixed-point weights. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `[outputs, stride]` */
  readonly values: Int32Array;
  readonly stride: number;
}

function weightsFor(from: number, to: number, { support, weight }: Kernel): Weights {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const reach = support * widening;
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const values = new Int32Array(to * stride);
  const exact = new Float64Array(stride);
  for (let place = 0; place < to; place++) {
    const centre = (place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const length = Math.min(from, Math.trunc(centre + reach + 0.5)) - start;
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const w = weight((i + start - centre + 0.5) * (1 / widening));
      exact[i] = w;
      sum += w;
    }
    for (let i = 0; i < length; i++) {
      const w = (sum === 0 ? (exact[i] as number) : (exact[i] as number) / sum) * (1 << precision);
      values[place * stride + i] = Math.trunc(w < 0 ? w - 0.5 : w + 0.5);
    }
    first[place] = start;
    count[place] = length;
  }
  return { first, count, values, stride };
}

/** Fixed point back to a sample, clipped to 0…255. */
function toSample(sum: number): number {
  const value = sum >> precision;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeRows(source: Uint8Array, width: number, height: number, channels: number, to: number, kernel: Kernel): Uint8Array {
  const { first, count, values, stride } = weightsFor(width, to, kernel);
  const target = new Uint8Array(to * height * channels);
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    let into = y * to * channels;
    for (let place = 0; place < to; place++) {
      const start = row + (first[place] as number) * channels;
      const length = count[place] as number;
      const weights = place * stride;
      for (let c = 0; c < channels; c++) {
        let sum = half;
        let at = start + c;
        for (let i = 0; i < length; i++) {
          sum = (sum + Math.imul(source[at] as number, values[weights + i] as number)) | 0;
          at += channels;
        }
        target[into++] = toSample(sum);
      }
    }
  }
  return target;
}

/** A row of the output is a weighted sum of whole rows, so that memory is walked in its order. */
function resizeColumns(source: Uint8Array, rowLength: number, height: number, to: number, kernel: Kernel): Uint8Array {
  const { first, count, values, stride } = weightsFor(height, to, kernel);
  const target = new Uint8Array(rowLength * to);
  const sums = new Int32Array(rowLength);
  for (let place = 0; place < to; place++) {
    sums.fill(half);
    const length = count[place] as number;
    for (let i = 0; i < length; i++) {
      const weight = values[place * stride + i] as number;
      const from = ((first[place] as number) + i) * rowLength;
      for (let x = 0; x < rowLength; x++) sums[x] = ((sums[x] as number) + Math.imul(source[from + x] as number, weight)) | 0;
    }
    const into = place * rowLength;
    for (let x = 0; x < rowLength; x++) target[into + x] = toSample(sums[x] as number);
  }
  return target;
}

/** Colours times alpha, with Pillow's `MULDIV255`, so that transparent pixels lend no colour to their neighbours. */
function premultiply(data: Uint8Array): Uint8Array {
  const result = data.slice();
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] as number;
    for (let c = i; c < i + 3; c++) {
      const product = (data[c] as number) * alpha + 128;
      result[c] = ((product >> 8) + product) >> 8;
    }
  }
  return result;
}

/** The way back, in place: Pillow's `rgbA2rgba`. */
function unpremultiply(data: Uint8Array): void {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] as number;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = i; c < i + 3; c++) data[c] = Math.min(255, Math.trunc((255 * (data[c] as number)) / alpha));
  }
}

/**
 * Which pass goes first; between them samples are rounded to 8 bits, so that it can change a gray level or two.
 * `pillow-13`: the columns where the height shrinks by more than twice the pixels that the width shrinks by, else the rows
 * (Pillow pull request 9549; the rule was found by trying sizes on Pillow 13.0.0). `rows-first`: always the rows, as Pillow 12
 * and before, and so what baselines trained with those saw.
 */
export type PassOrder = 'pillow-13' | 'rows-first';

/**
 * Scales a picture, equal to Pillow's `Image.resize((width, height), filter)`: RGBA goes by way of premultiplied colours,
 * a side that keeps its length is not filtered.
 * @throws RangeError for a size below 1×1 or not whole
 */
export function resize(picture: Picture, width: number, height: number, filter: ResizeFilter, order: PassOrder = 'pillow-13'): Picture {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) throw new RangeError(`resize: to ${width}×${height}`);
  const { channels } = picture;
  if (width === picture.width && height === picture.height) return picture;
  const kernel = kernels[filter];
  const shrinksTaller = height < picture.height && picture.height - height > 2 * (picture.width - width);
  const columnsFirst = order === 'pillow-13' && shrinksTaller;
  let data = channels === 4 ? premultiply(picture.data) : picture.data;
  if (columnsFirst) data = resizeColumns(data, picture.width * channels, picture.height, height, kernel);
  if (width !== picture.width) data = resizeRows(data, picture.width, columnsFirst ? height : picture.height, channels, width, kernel);
  if (!columnsFirst && height !== picture.height) data = resizeColumns(data, width * channels, picture.height, height, kernel);
  if (channels === 4) unpremultiply(data);
  return { width, height, channels, data };
}

/** Scales so that the shorter side is `size`; the longer is cut to whole pixels: torchvision's `Resize(size)`. */
export function resizeShorterSide(picture: Picture, size: number, filter: ResizeFilter, order: PassOrder = 'pillow-13'): Picture {
  const longer = Math.trunc((size * Math.max(picture.width, picture.height)) / Math.min(picture.width, picture.height));
  return picture.width <= picture.height ? resize(picture, size, longer, filter, order) : resize(picture, longer, size, filter, order);
}

/** Python's `round`: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** Cuts the middle out; a picture that is too small is first bordered with 0: torchvision's `CenterCrop((height, width))`. */
export function centreCrop(picture: Picture, width: number, height: number): Picture {
  const outer = { width: Math.max(width, picture.width), height: Math.max(height, picture.height) };
  let bordered = picture;
  if (outer.width !== picture.width || outer.height !== picture.height) {
    const black = { ...outer, channels: picture.channels, data: new Uint8Array(outer.width * outer.height * picture.channels) };
    bordered = paste(black, picture, { x: (outer.width - picture.width) >> 1, y: (outer.height - picture.height) >> 1 });
  }
  const x = roundHalfEven((outer.width - width) / 2);
  const y = roundHalfEven((outer.height - height) / 2);
  return crop(bordered, { x, y, width, height });
}
