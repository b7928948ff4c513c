import type { Random } from '../../base/index.ts';
import type { Picture, Rectangle } from '../../imaging/index.ts';
import type { CompositeStyle } from './composite.ts';
import { drawFigure } from './figure.ts';
import type { Lettering } from './lettering.ts';
import { drawPaper, type PaperFigure, type SetFigure } from './paper.ts';

/** A figure of a drawn paper, with the panels that it truly has. */
export interface TrueCompositeFigure extends SetFigure {
  readonly boxes: readonly Rectangle[];
  /** Indices of the panels' pictures, in the order of reading. */
  readonly tiles: readonly number[];
  readonly style: CompositeStyle;
  readonly jpeg: number | undefined;
  readonly strips: number;
}

export interface CompositePaper {
  readonly bytes: Uint8Array;
  readonly figures: readonly TrueCompositeFigure[];
}

const findings = ['ground-glass opacities in both lungs', 'patchy consolidation in the lower lobes', 'bilateral peripheral ground-glass opacity', 'multiple lesions with crazy-paving pattern'] as const;

/** What stands under a composite: its panels one by one, as a range, or not named. */
function captionOf(count: number, random: Random): string {
  const lead = `Chest CT images of ${random.integer(2, 99)} year old patients with COVID-19 pneumonia.`;
  if (count > 16 || random.uniform() < 0.25) return `${lead} The scans show ${random.pick(findings)}.`;
  const letters = Array.from({ length: count }, (_, i) => String.fromCharCode(65 + i));
  if (count > 6) return `${lead} (${letters[0]}-${letters.at(-1)}) Axial scans show ${random.pick(findings)}.`;
  return `${lead} ${letters.map((letter, i) => `(${letter}) Scan on day ${2 + 3 * i} shows ${random.pick(findings)}.`).join(' ')}`;
}

/**
 * A paper with one to four composite figures: two columns or one, captions above or below, figures kept as JPEG or
 * without loss, whole or in strips, some under a soft mask. Everything follows from the random numbers.
 * @param pictures CTs to be the panels, sorted by name
 */
export async function drawCompositePaper(pictures: readonly Picture[], gutter: 'gutters' | 'touching', lettering: Lettering, random: Random): Promise<CompositePaper> {
  const drawn = Array.from({ length: random.integer(1, 4) }, () => drawFigure(pictures, gutter === 'touching' ? 'touching' : random.pick(['white', 'white', 'black'] as const), lettering, random));
  const figures = drawn.map((figure): PaperFigure & { readonly strips: number } => ({
    picture: figure.picture,
    caption: captionOf(figure.boxes.length, random),
    ...(figure.jpeg === undefined ? {} : { jpeg: figure.jpeg }),
    strips: random.uniform() < 0.25 ? random.integer(2, 4) : 1,
    mask: random.uniform() < 0.2,
  }));
  const style = { columns: random.pick([1, 2] as const), captions: random.pick(['above', 'below', 'below'] as const), title: 'A synthetic paper made for tests' };
  const paper = await drawPaper(figures, style, random);
  return {
    bytes: paper.bytes,
    figures: paper.figures.map((figure, i) => {
      const { boxes, tiles, style: composite, jpeg } = drawn[i] as (typeof drawn)[number];
      return { ...figure, boxes, tiles, style: composite, jpeg, strips: figures[i]?.strips ?? 1 };
    }),
  };
}
