/**
 * Least or greatest value within `radius` along rows or columns (van Herk 1992): three comparisons a pixel, whatever the radius.
 * @param plane `[height * width]`
 */
function extreme(plane: Uint8Array, width: number, height: number, radius: number, along: 'rows' | 'columns', pick: (a: number, b: number) => number, outside: number): Uint8Array {
  const [lines, length, step, stride] = along === 'rows' ? [height, width, 1, width] : [width, height, width, 1];
  const window = 2 * radius + 1;
  const padded = Math.ceil((length + 2 * radius) / window) * window;
  const forward = new Uint8Array(padded);
  const backward = new Uint8Array(padded);
  const result = new Uint8Array(plane.length);
  for (let line = 0; line < lines; line++) {
    const start = line * stride;
    const at = (i: number): number => (i < radius || i >= length + radius ? outside : (plane[start + (i - radius) * step] as number));
    for (let i = 0; i < padded; i++) forward[i] = i % window === 0 ? at(i) : pick(forward[i - 1] as number, at(i));
    for (let i = padded - 1; i >= 0; i--) backward[i] = i % window === window - 1 ? at(i) : pick(backward[i + 1] as number, at(i));
    for (let i = 0; i < length; i++) result[start + i * step] = pick(backward[i] as number, forward[i + 2 * radius] as number);
  }
  return result;
}

const least = (a: number, b: number): number => (a < b ? a : b);
const greatest = (a: number, b: number): number => (a > b ? a : b);

/**
 * By how much a pixel is brighter than what remains where everything narrower than `2 radius + 1` is taken away (white
 * top-hat): strokes of letters remain, broad tissue goes.
 */
export function topHat(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const eroded = extreme(extreme(plane, width, height, radius, 'rows', least, 255), width, height, radius, 'columns', least, 255);
  const opened = extreme(extreme(eroded, width, height, radius, 'rows', greatest, 0), width, height, radius, 'columns', greatest, 0);
  return plane.map((value, i) => value - (opened[i] as number));
}
