/** A picture of two values: `[height * width]`, 1 within, 0 without. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A mask from a rule over places in the data. */
export function maskOf(width: number, height: number, isIn: (at: number) => boolean): Mask {
  const data = new Uint8Array(width * height);
  for (let at = 0; at < data.length; at++) if (isIn(at)) data[at] = 1;
  return { width, height, data };
}

/** Pixels within. */
export function areaOf(mask: Mask): number {
  let area = 0;
  for (const value of mask.data) area += value;
  return area;
}

/** A connected part of a mask, 4-connected, with what tells lungs from other air. */
export interface Component {
  /** Places of its pixels in the mask's data. */
  readonly pixels: Int32Array;
  readonly left: number;
  readonly top: number;
  /** One past its last column and row. */
  readonly right: number;
  readonly bottom: number;
  /** Pixels that lie on the picture's edge. */
  readonly edge: number;
  /** Corners of the picture that it reaches, 0 to 4. */
  readonly corners: number;
  /** Mean of x and of y. */
  readonly x: number;
  readonly y: number;
}

/** The connected parts of a mask, 4-connected, in the order of their first pixels. */
export function componentsOf(mask: Mask): Component[] {
  const { width, height } = mask;
  const open = mask.data.slice();
  const stack = new Int32Array(open.length);
  const found: Component[] = [];
  for (let seed = 0; seed < open.length; seed++) {
    if (open[seed] === 0) continue;
    open[seed] = 0;
    stack[0] = seed;
    let filled = 1;
    let [left, top, right, bottom, edge, corners, sumX, sumY] = [width, height, 0, 0, 0, 0, 0, 0];
    // The stack is never popped below `next`: what has been visited stays on it, and is the component.
    for (let next = 0; next < filled; next++) {
      const at = stack[next] as number;
      const x = at % width;
      const y = (at - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      sumX += x;
      sumY += y;
      const onX = x === 0 || x === width - 1;
      const onY = y === 0 || y === height - 1;
      if (onX || onY) edge += 1;
      if (onX && onY) corners += 1;
      if (x > 0 && open[at - 1] === 1) {
        open[at - 1] = 0;
        stack[filled++] = at - 1;
      }
      if (x + 1 < width && open[at + 1] === 1) {
        open[at + 1] = 0;
        stack[filled++] = at + 1;
      }
      if (y > 0 && open[at - width] === 1) {
        open[at - width] = 0;
        stack[filled++] = at - width;
      }
      if (y + 1 < height && open[at + width] === 1) {
        open[at + width] = 0;
        stack[filled++] = at + width;
      }
    }
    found.push({ pixels: stack.slice(0, filled), left, top, right, bottom, edge, corners, x: sumX / filled, y: sumY / filled });
  }
  return found;
}

/** A mask of some components alone. */
export function maskFrom(components: readonly Component[], width: number, height: number): Mask {
  const data = new Uint8Array(width * height);
  for (const { pixels } of components) for (const at of pixels) data[at] = 1;
  return { width, height, data };
}

const far = 30_000;

/** Distance of every pixel to the nearest one within, along its row alone; {@link far} where there is none. */
function rowDistance({ width, height, data }: Mask): Int16Array {
  const result = new Int16Array(data.length).fill(far);
  for (let y = 0; y < height; y++) {
    for (let x = 0, since = far; x < width; x++) {
      since = data[y * width + x] === 1 ? 0 : Math.min(far, since + 1);
      result[y * width + x] = since;
    }
    for (let x = width - 1, since = far; x >= 0; x--) {
      since = data[y * width + x] === 1 ? 0 : Math.min(far, since + 1);
      if (since < (result[y * width + x] as number)) result[y * width + x] = since;
    }
  }
  return result;
}

/**
 * Squared Euclidean distance of every pixel to the nearest one within, exact: the nearest in each row, then over the rows near
 * enough to matter. Where nothing is within it is 9 · 10⁸.
 */
export function squaredDistance(mask: Mask): Float64Array {
  const { width, height } = mask;
  const along = rowDistance(mask);
  const result = new Float64Array(along.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let best = (along[y * width + x] as number) ** 2;
      for (let away = 1; away * away < best && (y - away >= 0 || y + away < height); away++) {
        if (y >= away) best = Math.min(best, away * away + (along[(y - away) * width + x] as number) ** 2);
        if (y + away < height) best = Math.min(best, away * away + (along[(y + away) * width + x] as number) ** 2);
      }
      result[y * width + x] = Math.min(best, far * far);
    }
  }
  return result;
}

/** Within and without change places. */
export function invert({ width, height, data }: Mask): Mask {
  const inverted = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) inverted[at] = 1 - (data[at] as number);
  return { width, height, data: inverted };
}

/** All pixels at most `radius` from the mask. */
export function dilate(mask: Mask, radius: number): Mask {
  const { width, height } = mask;
  const along = rowDistance(mask);
  const data = new Uint8Array(along.length);
  const reach = Math.floor(radius);
  for (let away = -reach; away <= reach; away++) {
    const within = Math.floor(Math.sqrt(radius * radius - away * away));
    for (let y = Math.max(0, -away); y < Math.min(height, height - away); y++) {
      const row = y * width;
      const from = (y + away) * width;
      for (let x = 0; x < width; x++) if ((along[from + x] as number) <= within) data[row + x] = 1;
    }
  }
  return { width, height, data };
}

/** All pixels of the mask that are further than `radius` from what is not; the picture's edge erodes nothing. */
export function erode(mask: Mask, radius: number): Mask {
  return invert(dilate(invert(mask), radius));
}

/** A mask with a margin of nothing all around. */
function pad({ width, height, data }: Mask, by: number): Mask {
  const padded = new Uint8Array((width + 2 * by) * (height + 2 * by));
  for (let y = 0; y < height; y++) padded.set(data.subarray(y * width, (y + 1) * width), (y + by) * (width + 2 * by) + by);
  return { width: width + 2 * by, height: height + 2 * by, data: padded };
}

/** Closing by a disc: gaps that no disc of the radius fits into are filled; what lies beyond the picture's edge is outside. */
export function close(mask: Mask, radius: number): Mask {
  const by = Math.ceil(radius) + 1;
  const closed = erode(dilate(pad(mask, by), radius), radius);
  const data = new Uint8Array(mask.data.length);
  for (let y = 0; y < mask.height; y++) {
    const from = (y + by) * closed.width + by;
    data.set(closed.data.subarray(from, from + mask.width), y * mask.width);
  }
  return { ...mask, data };
}

/** Opening by a cross of five pixels: lines and bridges of one or two pixels go. The picture's edge erodes nothing. */
export function openByCross({ width, height, data }: Mask): Mask {
  const neighbours = (from: Uint8Array, wanted: 0 | 1): Uint8Array => {
    const result = from.slice();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        if (from[at] === wanted) continue;
        const touches =
          (x > 0 && from[at - 1] === wanted) ||
          (x + 1 < width && from[at + 1] === wanted) ||
          (y > 0 && from[at - width] === wanted) ||
          (y + 1 < height && from[at + width] === wanted);
        if (touches) result[at] = wanted;
      }
    }
    return result;
  };
  return { width, height, data: neighbours(neighbours(data, 0), 1) };
}

/** Fills holes (parts of the outside that do not reach the picture's edge) of at most `largest` pixels. */
export function fillHoles(mask: Mask, largest = Infinity): Mask {
  const data = mask.data.slice();
  for (const hole of componentsOf(invert(mask))) {
    if (hole.edge === 0 && hole.pixels.length <= largest) for (const at of hole.pixels) data[at] = 1;
  }
  return { ...mask, data };
}
