import { patchesOf, type Patch } from '../patches.ts';
import { topHat } from './strokes.ts';

/** Glyphs beside each other that may be a line of text, in one plane of a picture. */
export interface TextLine {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly glyphs: readonly Patch[];
  /** Radius and threshold by which its strokes were found. */
  readonly radius: number;
  readonly threshold: number;
  readonly strokes: Uint8Array;
}

/** Heights of glyphs in pixels: small letters of a line 12 high are 8. */
const glyphHeight = { least: 6, most: 64 };
/** Radii of the window that strokes are narrower than, and contrasts from which on they are seen. */
const passes = [
  { radius: 4, threshold: 50 },
  { radius: 4, threshold: 110 },
  { radius: 9, threshold: 50 },
  { radius: 9, threshold: 110 },
] as const;

function isGlyph({ left, right, top, bottom, area }: Patch): boolean {
  const [width, height] = [right - left, bottom - top];
  if (height < glyphHeight.least || height > glyphHeight.most || area < 6) return false;
  // Letters that touch become one patch, as long as a word.
  return width <= 14 * height && area >= 0.12 * width * height && area <= 0.97 * width * height;
}

const heightOf = ({ top, bottom }: Patch): number => bottom - top;

/** Whether one glyph may follow another in a line. */
function follows(first: Patch, second: Patch): boolean {
  const [a, b] = [heightOf(first), heightOf(second)];
  const tall = Math.max(a, b);
  const shared = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
  const gap = second.left - first.right;
  return Math.min(a, b) >= 0.5 * tall && shared >= 0.75 * Math.min(a, b) && gap <= 1.1 * tall && gap >= -0.35 * tall && Math.abs(first.bottom - second.bottom) <= 0.36 * tall;
}

/** Lines of glyphs in one plane: bright strokes on something darker. */
export function linesIn(plane: Uint8Array, width: number, height: number): TextLine[] {
  const lines: TextLine[] = [];
  const hats = new Map<number, Uint8Array>();
  for (const { radius, threshold } of passes) {
    const strokes = hats.get(radius) ?? topHat(plane, width, height, radius);
    hats.set(radius, strokes);
    const mask = strokes.map((value) => (value >= threshold ? 1 : 0));
    const glyphs = patchesOf(mask, width, height).filter(isGlyph).toSorted((a, b) => a.left - b.left);
    const used = new Set<Patch>();
    for (const glyph of glyphs) {
      if (used.has(glyph)) continue;
      const line = [glyph];
      used.add(glyph);
      for (let last: Patch | undefined = glyph; last !== undefined; ) {
        const before: Patch = last;
        last = glyphs.find((next) => !used.has(next) && next.left >= before.left && follows(before, next));
        if (last === undefined) break;
        line.push(last);
        used.add(last);
      }
      const box = { left: glyph.left, top: Math.min(...line.map(({ top }) => top)), right: Math.max(...line.map(({ right }) => right)), bottom: Math.max(...line.map(({ bottom }) => bottom)) };
      if (box.right - box.left < 1.1 * (box.bottom - box.top)) continue;
      lines.push({ ...box, glyphs: line, radius, threshold, strokes });
    }
  }
  return lines;
}
