import type { Picture } from '../../imaging/index.ts';
import type { Control } from './types.ts';

/** The border is this share of the width at left and right, of the height at top and bottom: outside of the lungs. */
export const borderShare = 0.1;
/** Segments along each side. */
const segments = 6;
const sides = ['top', 'bottom', 'left', 'right'] as const;

/** Mean gray, and share of black and of white pixels, of a rectangle. */
function describe(gray: Picture, left: number, top: number, right: number, bottom: number): { mean: number; black: number; white: number } {
  const { width, data } = gray;
  let sum = 0;
  let black = 0;
  let white = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const value = data[y * width + x] as number;
      sum += value;
      if (value < 8) black += 1;
      else if (value > 247) white += 1;
    }
  }
  const pixels = Math.max(1, (right - left) * (bottom - top));
  return { mean: sum / pixels, black: black / pixels, white: white / pixels };
}

/** The border of a picture with its centre blacked out: gray along each side, shares of black and white. */
export const borderControl: Control = {
  name: 'border',
  title: 'Border alone: the outer tenth of each side, the centre blacked out',
  code: 'SHORTCUT_BORDER',
  features: sides.flatMap((side) => [...Array.from({ length: segments }, (_, i) => `${side} ${i + 1} mean`), `${side} black`, `${side} white`]),
  extract: ({ gray }) => {
    const { width, height } = gray;
    const depthX = Math.max(1, Math.round(width * borderShare));
    const depthY = Math.max(1, Math.round(height * borderShare));
    return sides.flatMap((side) => {
      const along = side === 'top' || side === 'bottom';
      const start = side === 'bottom' ? height - depthY : side === 'right' ? width - depthX : 0;
      const end = side === 'bottom' ? height : side === 'right' ? width : along ? depthY : depthX;
      const cut = (index: number) => Math.floor(((along ? width : height) * index) / segments);
      const parts = Array.from({ length: segments }, (_, i) =>
        along ? describe(gray, cut(i), start, cut(i + 1), end) : describe(gray, start, cut(i), end, cut(i + 1)),
      );
      const mean = (of: 'black' | 'white') => parts.reduce((sum, part) => sum + part[of], 0) / segments;
      return [...parts.map((part) => part.mean), mean('black'), mean('white')];
    });
  },
};
