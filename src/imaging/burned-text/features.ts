import type { TextLine } from './lines.ts';

/** Names of a line's features, in their order. */
export const textFeatureNames: readonly string[] = ['glyphs', 'length', 'height', 'filled', 'crossings', 'crossings vary', 'flat core', 'bright core', 'contrast', 'contrast varies', 'sharpness', 'bottoms vary', 'heights vary', 'gaps vary', 'blank rows above', 'blank rows below', 'strong', 'wide'];

const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
const spread = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

/** Share of marked pixels in a row of a line's box. */
function rowShare({ strokes, threshold, left, right }: TextLine, y: number, width: number, height: number): number {
  if (y < 0 || y >= height) return 0;
  let count = 0;
  for (let x = left; x < right; x++) if ((strokes[y * width + x] as number) >= threshold) count += 1;
  return count / (right - left);
}

/**
 * What tells letters from vessels, ribs and noise: they stand on a line, are of one height and one level of gray with
 * sharp edges, and a row through them crosses many strokes.
 * @param plane the one in which the line was found, `[height * width]`
 */
export function textFeatures(line: TextLine, plane: Uint8Array, width: number, height: number): number[] {
  const { left, top, right, bottom, glyphs, strokes, threshold } = line;
  const [wide, high] = [right - left, bottom - top];
  const crossings: number[] = [];
  for (const part of [0.2, 0.35, 0.5, 0.65, 0.8]) {
    const y = Math.min(bottom - 1, top + Math.floor(part * high));
    let [count, before] = [0, false];
    for (let x = left; x < right; x++) {
      const isStroke = (strokes[y * width + x] as number) >= threshold;
      if (isStroke && !before) count += 1;
      before = isStroke;
    }
    crossings.push((count * high) / wide);
  }
  const levels: number[] = [];
  const hats: number[] = [];
  const steps: number[] = [];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = y * width + x;
      if ((strokes[at] as number) < threshold) continue;
      levels.push(plane[at] as number);
      hats.push(strokes[at] as number);
      if (x > 0 && (strokes[at - 1] as number) < threshold) steps.push((plane[at] as number) - (plane[Math.max(y * width, at - 2)] as number));
    }
  }
  const sorted = levels.toSorted((a, b) => a - b);
  const core = sorted[Math.floor(0.8 * sorted.length)] ?? 0;
  const contrast = mean(hats);
  const gaps = glyphs.slice(1).map((glyph, i) => glyph.left - (glyphs[i]?.right ?? 0));
  const margin = Math.max(1, Math.round(0.15 * high));
  return [
    Math.log(glyphs.length),
    Math.log(wide / high),
    Math.log(high / 16),
    levels.length / (wide * high),
    mean(crossings),
    spread(crossings),
    levels.filter((level) => Math.abs(level - core) <= 14).length / Math.max(1, levels.length),
    core / 255,
    contrast / 255,
    spread(hats) / Math.max(1, contrast),
    mean(steps) / Math.max(1, contrast),
    spread(glyphs.map((glyph) => glyph.bottom)) / high,
    spread(glyphs.map((glyph) => glyph.bottom - glyph.top)) / high,
    spread(gaps) / high,
    rowShare(line, top - margin, width, height),
    rowShare(line, bottom + margin, width, height),
    Number(threshold > 100),
    Math.max(0, ...glyphs.map((glyph) => glyph.right - glyph.left)) / wide,
  ];
}
