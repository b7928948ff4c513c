import type { Picture } from '../../imaging/index.ts';

/** JPEG's blocks are so many pixels wide and high. */
const block = 8;
/**
 * Frequencies, down and across, whose steps are large at any usual quality (64 to 104 at quality 50, 6 to 10 at 95; ITU-T T.81, table K.1): what JPEG
 * kept has coefficients of 0 and of multiples of the step there, but for rounding.
 */
const frequencies = [[4, 4], [3, 5], [5, 3], [5, 5]] as const;
/** Between 0 with its rounding, and a step: no coefficient of JPEG has such a size, many others have. */
const between = { low: 1.2, high: 2.4 } as const;
/** Blocks that touch black or white are left out: what was clipped there spoils their coefficients. */
const clipped = { low: 1, high: 254 } as const;
/** Share of such coefficients below which a band was kept as JPEG; in bands that were not, it is above 0.015. */
const few = 0.008;
/** Share of bands with traces from which on the whole was kept as JPEG: pictures that were, set into a figure that was not, leave theirs. */
const most = 2 / 3;
/** A figure may be stitched of strips that were kept each by itself: blocks are looked for from every line on, in bands of so many. */
const band = { lines: 48, most: 12, leastCoefficients: 400, mostBlocksAcross: 64 } as const;

const cosines = (frequency: number): number[] => Array.from({ length: block }, (_, i) => Math.cos(((2 * i + 1) * frequency * Math.PI) / (2 * block)));
/** The cosine transform's patterns of those frequencies (T.81, A.3.3): `[frequency][y * 8 + x]`. */
const patterns = frequencies.map(([down, across]) => {
  const [v, u] = [cosines(down), cosines(across)];
  return Float64Array.from({ length: block * block }, (_, i) => ((v[i >> 3] as number) * (u[i & 7] as number)) / 4);
});

/** Counts coefficients of the blocks whose first line is `y`, and those that JPEG does not leave. */
function count({ width, data }: Picture, y: number, every: number): { readonly all: number; readonly odd: number } {
  let [all, odd] = [0, 0];
  for (let x = 0; x + block <= width; x += every * block) {
    const sums = patterns.map(() => 0);
    let isClipped = false;
    for (let i = 0; i < block * block && !isClipped; i++) {
      const level = data[(y + (i >> 3)) * width + x + (i & 7)] as number;
      isClipped = level <= clipped.low || level >= clipped.high;
      for (let k = 0; k < patterns.length; k++) sums[k] = (sums[k] as number) + level * (patterns[k]?.[i] as number);
    }
    if (isClipped) continue;
    all += patterns.length;
    odd += sums.filter((sum) => Math.abs(sum) > between.low && Math.abs(sum) < between.high).length;
  }
  return { all, odd };
}

/**
 * Whether a figure in gray was kept as JPEG, by the steps of its cosine coefficients. Where too little of it is neither black nor white to tell, it may have been.
 */
export function hasJpegTraces(figure: Picture): boolean {
  const { width, height } = figure;
  const every = Math.max(1, Math.floor(width / block / band.mostBlocksAcross));
  const bands = Math.max(1, Math.floor(height / band.lines));
  const stride = Math.max(1, Math.ceil(bands / band.most));
  let [told, traces] = [0, 0];
  for (let i = 0; i < bands; i += stride) {
    const shares: number[] = [];
    for (let offset = 0; offset < block; offset++) {
      let [all, odd] = [0, 0];
      for (let y = i * band.lines + offset; y + block <= Math.min(height, (i + 1) * band.lines); y += block) {
        const found = count(figure, y, every);
        [all, odd] = [all + found.all, odd + found.odd];
      }
      if (all >= band.leastCoefficients) shares.push(odd / all);
    }
    if (shares.length === 0) continue;
    told += 1;
    if (Math.min(...shares) < few) traces += 1;
  }
  return told === 0 || traces >= most * told;
}
