/** A map of a network's attention over a picture: numbers from 0 on, row by row. */
export interface AttentionMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * A map made larger, bilinearly, as PyTorch's `interpolate(mode='bilinear', align_corners=False)`: a Grad-CAM of 7 × 7 cells
 * laid over the picture that the network saw.
 */
export function enlarge({ width, height, data }: AttentionMap, toWidth: number, toHeight: number): AttentionMap {
  const at = (i: number, from: number, to: number) => {
    const place = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const low = Math.min(from - 1, Math.floor(place));
    return { low, high: Math.min(from - 1, low + 1), share: place - low };
  };
  const columns = Array.from({ length: toWidth }, (_, x) => at(x, width, toWidth));
  const larger = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const row = at(y, height, toHeight);
    columns.forEach((column, x) => {
      const read = (r: number, c: number): number => data[r * width + c] as number;
      const top = read(row.low, column.low) * (1 - column.share) + read(row.low, column.high) * column.share;
      const bottom = read(row.high, column.low) * (1 - column.share) + read(row.high, column.high) * column.share;
      larger[y * toWidth + x] = top * (1 - row.share) + bottom * row.share;
    });
  }
  return { width: toWidth, height: toHeight, data: larger };
}

/** How much of a map lies on some pixels, against how many pixels those are. */
export interface AttentionShare {
  /** Of the map's sum, 0 to 1. */
  readonly attention: number;
  /** Of the picture's pixels, 0 to 1: what a map that is even everywhere would give. */
  readonly area: number;
}

/**
 * The share of a map that lies on marked pixels.
 * @param isMarked as many as the map has numbers, 1 where marked
 * @returns undefined for a map that is 0 everywhere
 */
export function shareOn({ data }: AttentionMap, isMarked: ArrayLike<number>): AttentionShare | undefined {
  let [sum, on, pixels] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    sum += value;
    if (isMarked[i] !== 1) continue;
    on += value;
    pixels += 1;
  }
  return sum > 0 ? { attention: on / sum, area: pixels / data.length } : undefined;
}
