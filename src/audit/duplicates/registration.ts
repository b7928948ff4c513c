import { invertAlignment, overlapInA, type Alignment } from './alignment.ts';
import { boxBlur, resizePlane, type Plane } from './plane.ts';

/** Two planes of one size, brought on top of each other, and the alignment that did it. */
export interface Registered {
  /** A's detail in the overlap, at the coarser sampling of the two. */
  readonly a: Plane;
  /** B's detail there. */
  readonly b: Plane;
  readonly alignment: Alignment;
  /** Share of A's and of B's area that lies in the overlap, 0 to 1. */
  readonly overlapA: number;
  readonly overlapB: number;
  /** Gray value of A and B themselves, in the overlap. */
  readonly grayA: Plane;
  readonly grayB: Plane;
}

/** A plane mirrored: bit 0 left-right, bit 1 top-bottom. */
export function flipPlane(plane: Plane, flip: number): Plane {
  if (flip === 0) return plane;
  const { width, height } = plane;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = ((flip & 2) === 0 ? y : height - 1 - y) * width;
    for (let x = 0; x < width; x++) data[y * width + x] = plane.data[row + ((flip & 1) === 0 ? x : width - 1 - x)] as number;
  }
  return { width, height, data };
}

/**
 * What is left between two blurs: structures of some 4 to 20 pixels, which are the vessels, fissures and bronchi at the
 * working size; cut at three standard deviations, so that letters and arrows do not outweigh them.
 */
export function detail(plane: Plane): Plane {
  const fine = boxBlur(plane, 1);
  const coarse = boxBlur(boxBlur(fine, 4), 4);
  const data = new Float32Array(plane.data.length);
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const value = (fine.data[i] as number) - (coarse.data[i] as number);
    data[i] = value;
    squares += value * value;
  }
  const limit = 3 * Math.sqrt(squares / data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.max(-limit, Math.min(limit, data[i] as number));
  return { width: plane.width, height: plane.height, data };
}

/** Values of `plane` at `x * scaleX + shiftX`, `y * scaleY + shiftY` for a grid of `width` by `height`; linear, edges repeated. */
export function sampleGrid(plane: Plane, width: number, height: number, scaleX: number, scaleY: number, shiftX: number, shiftY: number): Plane {
  const data = new Float32Array(width * height);
  const lows = new Int32Array(width);
  const shares = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = Math.max(0, Math.min(plane.width - 1, x * scaleX + shiftX));
    lows[x] = Math.min(Math.floor(at), Math.max(0, plane.width - 2));
    shares[x] = at - (lows[x] as number);
  }
  const right = plane.width > 1 ? 1 : 0;
  for (let y = 0; y < height; y++) {
    const at = Math.max(0, Math.min(plane.height - 1, y * scaleY + shiftY));
    const low = Math.min(Math.floor(at), Math.max(0, plane.height - 2));
    const share = at - low;
    const top = low * plane.width;
    const bottom = plane.height > 1 ? top + plane.width : top;
    for (let x = 0; x < width; x++) {
      const column = lows[x] as number;
      const along = shares[x] as number;
      const above = (plane.data[top + column] as number) * (1 - along) + (plane.data[top + column + right] as number) * along;
      const below = (plane.data[bottom + column] as number) * (1 - along) + (plane.data[bottom + column + right] as number) * along;
      data[y * width + x] = above * (1 - share) + below * share;
    }
  }
  return { width, height, data };
}

/** Solves `matrix * x = vector` (symmetric, positive) by elimination; `undefined` where it is singular. */
function solve(matrix: readonly number[], vector: readonly number[]): Float64Array | undefined {
  const n = vector.length;
  const m = Float64Array.from(matrix);
  const v = Float64Array.from(vector);
  const cell = (row: number, column: number): number => m[row * n + column] as number;
  for (let pivot = 0; pivot < n; pivot++) {
    const divisor = cell(pivot, pivot);
    if (!(Math.abs(divisor) > 1e-9)) return undefined;
    for (let row = pivot + 1; row < n; row++) {
      const factor = cell(row, pivot) / divisor;
      if (factor === 0) continue;
      for (let column = pivot; column < n; column++) m[row * n + column] = cell(row, column) - factor * cell(pivot, column);
      v[row] = (v[row] as number) - factor * (v[pivot] as number);
    }
  }
  const x = new Float64Array(n);
  for (let row = n - 1; row >= 0; row--) {
    let sum = v[row] as number;
    for (let column = row + 1; column < n; column++) sum -= cell(row, column) * (x[column] as number);
    x[row] = sum / cell(row, row);
  }
  return x;
}

/** A placement without mirroring: `xB = scaleX * xA + shiftX`, and the like for y. */
interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/**
 * One Gauss-Newton step on `A = gain * B(placement) + offset` by linear least squares over A's pixels that lie on B
 * (Lucas and Kanade 1981, with the gain solved along, so that contrast does not matter). The sums of the normal
 * equations stand in variables of their own: in an array the loop takes twice as long. Some 6,000 pixels are enough to
 * place a picture, so that only every `strideX`-th column and `strideY`-th row is read.
 */
function step(a: Plane, b: Plane, placement: Placement, strideX: number, strideY: number): Placement | undefined {
  const { scaleX, scaleY, shiftX, shiftY } = placement;
  const width = b.width;
  const pixels = b.data;
  const lastColumn = b.width - 2;
  const lastRow = b.height - 2;
  const middleX = a.width / 2;
  const middleY = a.height / 2;
  // Unknowns: offset, gain, then the moves times gain: shift x, growth x (per 100 pixels), shift y, growth y.
  let [n, s1, s2, s3, s4, s5] = [0, 0, 0, 0, 0, 0];
  let [s11, s12, s13, s14, s15] = [0, 0, 0, 0, 0];
  let [s22, s23, s24, s25, s33, s34, s35, s44, s45, s55] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [t0, t1, t2, t3, t4, t5] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y < a.height; y += strideY) {
    const atY = y * scaleY + shiftY;
    const row = Math.floor(atY);
    if (row < 0 || row > lastRow) continue;
    const down = atY - row;
    const reachY = (y - middleY) * 0.01;
    for (let x = 0; x < a.width; x += strideX) {
      const atX = x * scaleX + shiftX;
      const column = Math.floor(atX);
      if (column < 0 || column > lastColumn) continue;
      const along = atX - column;
      const at = row * width + column;
      const v00 = pixels[at] as number;
      const v01 = pixels[at + 1] as number;
      const v10 = pixels[at + width] as number;
      const v11 = pixels[at + width + 1] as number;
      const above = v00 + (v01 - v00) * along;
      const v4 = v10 + (v11 - v10) * along - above;
      const v1 = above + v4 * down;
      const v2 = (v01 - v00) * (1 - down) + (v11 - v10) * down;
      const v3 = v2 * (x - middleX) * 0.01;
      const v5 = v4 * reachY;
      const target = a.data[y * a.width + x] as number;
      n += 1;
      s1 += v1;
      s2 += v2;
      s3 += v3;
      s4 += v4;
      s5 += v5;
      s11 += v1 * v1;
      s12 += v1 * v2;
      s13 += v1 * v3;
      s14 += v1 * v4;
      s15 += v1 * v5;
      s22 += v2 * v2;
      s23 += v2 * v3;
      s24 += v2 * v4;
      s25 += v2 * v5;
      s33 += v3 * v3;
      s34 += v3 * v4;
      s35 += v3 * v5;
      s44 += v4 * v4;
      s45 += v4 * v5;
      s55 += v5 * v5;
      t0 += target;
      t1 += v1 * target;
      t2 += v2 * target;
      t3 += v3 * target;
      t4 += v4 * target;
      t5 += v5 * target;
    }
  }
  // A little damping keeps the step small where the picture says nothing about it.
  const damped = (square: number): number => square * 1.001 + 1e-3;
  const solution = solve(
    [n, s1, s2, s3, s4, s5, s1, s11, s12, s13, s14, s15, s2, s12, damped(s22), s23, s24, s25, s3, s13, s23, damped(s33), s34, s35, s4, s14, s24, s34, damped(s44), s45, s5, s15, s25, s35, s45, damped(s55)],
    [t0, t1, t2, t3, t4, t5],
  );
  const gain = solution?.[1] ?? 0;
  if (solution === undefined || !(gain > 0.05)) return undefined;
  const limited = (value: number | undefined, most: number): number => Math.max(-most, Math.min(most, (value ?? 0) / gain));
  const growX = limited(solution[3], 3) * 0.01;
  const growY = limited(solution[5], 3) * 0.01;
  return {
    scaleX: scaleX + growX,
    scaleY: scaleY + growY,
    shiftX: shiftX + limited(solution[2], 3) - growX * middleX,
    shiftY: shiftY + limited(solution[4], 3) - growY * middleY,
  };
}

/**
 * Refines how A lies on B, and gives both in the overlap. A is the coarser one there (the caller sees to it).
 * @returns `undefined` where the overlap is too small to say anything, or the fit runs away
 */
export function register(a: Plane, b: Plane, alignment: Alignment, steps: number): Registered | undefined {
  const width = Math.max(1, Math.round(b.width / alignment.scaleX));
  const height = Math.max(1, Math.round(b.height / alignment.scaleY));
  const shrunk = resizePlane(b, width, height);
  const ratioX = b.width / width;
  const ratioY = b.height / height;
  // Pixel centres: position x of B stands at (x + 0.5) / ratio - 0.5 of the shrunk plane.
  let placement: Placement = {
    scaleX: alignment.scaleX / ratioX,
    scaleY: alignment.scaleY / ratioY,
    shiftX: (alignment.shiftX + 0.5) / ratioX - 0.5,
    shiftY: (alignment.shiftY + 0.5) / ratioY - 0.5,
  };
  const turned = flipPlane(a, alignment.flip);
  const detailA = detail(turned);
  const detailB = detail(shrunk);
  const strideX = Math.max(1, Math.round(a.width / 128));
  for (let i = 0; i < steps; i++) {
    const next = step(detailA, detailB, placement, strideX, 2 * strideX);
    if (next === undefined) return undefined;
    placement = next;
  }
  if (!(placement.scaleX > 0.6 && placement.scaleX < 1.6 && placement.scaleY > 0.6 && placement.scaleY < 1.6)) return undefined;
  const box = overlapInA({ ...placement, flip: alignment.flip }, a, shrunk);
  if (box === undefined || box.right - box.left < 24 || box.bottom - box.top < 24) return undefined;
  const w = box.right - box.left + 1;
  const h = box.bottom - box.top + 1;
  const take = (plane: Plane): Plane => sampleGrid(plane, w, h, 1, 1, box.left, box.top);
  const bring = (plane: Plane): Plane =>
    sampleGrid(plane, w, h, placement.scaleX, placement.scaleY, box.left * placement.scaleX + placement.shiftX, box.top * placement.scaleY + placement.shiftY);
  return {
    a: take(detailA),
    b: bring(detailB),
    grayA: take(turned),
    grayB: bring(shrunk),
    alignment: {
      flip: alignment.flip,
      scaleX: placement.scaleX * ratioX,
      scaleY: placement.scaleY * ratioY,
      shiftX: (placement.shiftX + 0.5) * ratioX - 0.5,
      shiftY: (placement.shiftY + 0.5) * ratioY - 0.5,
    },
    overlapA: (w * h) / (a.width * a.height),
    overlapB: (w * h * placement.scaleX * placement.scaleY) / (width * height),
  };
}

/** The same alignment for planes that are `factor` times as large. */
export function scaleAlignment(alignment: Alignment, factor: number): Alignment {
  return { ...alignment, shiftX: (alignment.shiftX + 0.5 - 0.5 * alignment.scaleX) * factor + 0.5 * alignment.scaleX - 0.5, shiftY: (alignment.shiftY + 0.5 - 0.5 * alignment.scaleY) * factor + 0.5 * alignment.scaleY - 0.5 };
}

/** Whether A must change places with B for A to be the coarser one in the overlap. */
export function needsTurning(alignment: Alignment): boolean {
  return alignment.scaleX * alignment.scaleY < 1;
}

/** The alignment with A and B exchanged where that is needed. */
export function coarserFirst(a: Plane, b: Plane, alignment: Alignment): { a: Plane; b: Plane; alignment: Alignment; turned: boolean } {
  if (!needsTurning(alignment)) return { a, b, alignment, turned: false };
  return { a: b, b: a, alignment: invertAlignment(alignment, a, b), turned: true };
}
