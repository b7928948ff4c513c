import type { Picture } from '../../imaging/index.ts';
import type { Control } from './types.ts';

/** How much colour a picture holds. Chroma is the largest minus the smallest of red, green and blue, 0 to 255. */
export interface ColourMeasures {
  /** Mean chroma. */
  readonly mean: number;
  /** Share of pixels with a chroma above 4: the tint of a scan or of JPEG. */
  readonly tinted: number;
  /** Share of pixels with a chroma above 40: ink. */
  readonly coloured: number;
  /** Mean of red minus green, and of blue minus green. */
  readonly red: number;
  readonly blue: number;
  /** Share of pixels that are not opaque. */
  readonly transparent: number;
}

/** Measures the colour of a picture; all 0 for a gray one. */
export function measureColour(picture: Picture): ColourMeasures {
  const { channels, data } = picture;
  const pixels = picture.width * picture.height;
  let sum = 0;
  let tinted = 0;
  let coloured = 0;
  let red = 0;
  let blue = 0;
  let transparent = 0;
  if (channels > 1) {
    for (let at = 0; at < data.length; at += channels) {
      const r = data[at] as number;
      const g = data[at + 1] as number;
      const b = data[at + 2] as number;
      if (channels === 4 && (data[at + 3] as number) < 255) transparent += 1;
      if (r === g && g === b) continue;
      const chroma = Math.max(r, g, b) - Math.min(r, g, b);
      sum += chroma;
      if (chroma > 4) tinted += 1;
      if (chroma > 40) coloured += 1;
      red += r - g;
      blue += b - g;
    }
  }
  return { mean: sum / pixels, tinted: tinted / pixels, coloured: coloured / pixels, red: red / pixels, blue: blue / pixels, transparent: transparent / pixels };
}

/** Colour alone, whatever the file's mode says: a gray picture stored as RGB has none. */
export const colourControl: Control = {
  name: 'colour',
  title: 'Colour alone: how far red, green and blue differ',
  code: 'SHORTCUT_COLOUR',
  features: ['mean chroma', 'tinted share', 'coloured share', 'red minus green', 'blue minus green', 'transparent share'],
  extract: ({ picture }) => {
    const { mean, tinted, coloured, red, blue, transparent } = measureColour(picture);
    return [mean, tinted, coloured, red, blue, transparent];
  },
};
