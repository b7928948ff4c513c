import type { Rectangle } from '../geometry.ts';
import type { Picture } from '../picture.ts';

/** Blurs by (1, 2, 1)/4 along both axes; edge pixels stand in for what lies beyond. `[height * width]` → the same. */
export function blur({ width, height, data }: Picture): Float32Array {
  const rows = new Float32Array(width * height);
  const result = new Float32Array(width * height);
  const pass = (from: ArrayLike<number>, into: Float32Array, step: number, length: number, lines: number, stride: number) => {
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < length; i++) {
        const at = line * stride + i * step;
        const before = from[i > 0 ? at - step : at] as number;
        const after = from[i + 1 < length ? at + step : at] as number;
        into[at] = (before + 2 * (from[at] as number) + after) / 4;
      }
    }
  };
  pass(data, rows, 1, width, height, width);
  pass(rows, result, width, height, width, 1);
  return result;
}

/** The level that parts values in 0…255 into two classes whose means differ most (Otsu, IEEE Trans. SMC 9, 1979). */
export function otsuLevel(values: ArrayLike<number>): number {
  const histogram = new Float64Array(256);
  for (let i = 0; i < values.length; i++) {
    const level = Math.round(values[i] as number);
    histogram[level] = (histogram[level] as number) + 1;
  }
  const whole = histogram.reduce((sum, count, level) => sum + level * count, 0);
  let [below, sumBelow, most, best] = [0, 0, 0, 128];
  for (let level = 0; level < 255; level++) {
    below += histogram[level] as number;
    sumBelow += level * (histogram[level] as number);
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const spread = below * above * (sumBelow / below - (whole - sumBelow) / above) ** 2;
    if (spread > most) [most, best] = [spread, level];
  }
  return best + 0.5;
}

function quantileOf(values: Float32Array, share: number): number | undefined {
  return values.toSorted()[Math.floor(values.length * share)];
}

/** Levels between air and tissue at which lungs may part from their walls: from near to air to near to tissue. */
const steps = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8] as const;
/** In a mediastinal window fat is dark too: levels between the darkest twentieth and tissue. */
const lowSteps = [0.12, 0.24] as const;

/**
 * Thresholds to try: between the median of what is dark and the median of what is bright, since windows differ from paper to
 * paper, and dense opacities lie near to tissue. Empty where the picture has not two levels that differ by 16 of 255.
 */
export function thresholdsOf(values: Float32Array): readonly number[] {
  const level = otsuLevel(values);
  const dark = values.filter((value) => value < level);
  const air = quantileOf(dark, 0.5);
  const darkest = quantileOf(dark, 0.05);
  const tissue = quantileOf(
    values.filter((value) => value >= level),
    0.5,
  );
  if (air === undefined || darkest === undefined || tissue === undefined || tissue - air < 16) return [];
  return [...lowSteps.map((step) => darkest + step * (tissue - darkest)), ...steps.map((step) => air + step * (tissue - air))];
}

/** A row or column is of a white frame where this share of it is at least 240. */
const frameShare = 0.97;

/** The picture without white bars at its sides, up to a quarter of it at each: the page around a figure's panel. */
export function withoutFrame({ width, height, data }: Picture): Rectangle {
  const isWhite = (from: number, step: number, count: number): boolean => {
    let white = 0;
    for (let i = 0; i < count; i++) if ((data[from + i * step] as number) >= 240) white += 1;
    return white >= frameShare * count;
  };
  let [top, bottom, left, right] = [0, height, 0, width];
  while (top < Math.floor(height / 4) && isWhite(top * width, 1, width)) top += 1;
  while (bottom > Math.ceil((3 * height) / 4) && isWhite((bottom - 1) * width, 1, width)) bottom -= 1;
  while (left < Math.floor(width / 4) && isWhite(top * width + left, width, bottom - top)) left += 1;
  while (right > Math.ceil((3 * width) / 4) && isWhite(top * width + right - 1, width, bottom - top)) right -= 1;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
