import { imageStream, paintPicture, PdfWriter, writeLine } from './pdf-writer.ts';

/** What differs between case papers; all of it is synthetic. */
export interface CasePaper {
  readonly seed: number;
  readonly title?: string;
  readonly doi?: string;
  readonly licence?: string;
  readonly caption?: string;
  /** Pages of running text before the figure's. */
  readonly textPages?: number;
}

export const caseCaption = 'Figure 1. Axial chest CT of a patient with COVID-19 pneumonia shows ground-glass opacities.';

/** Gray pixels like no other's: a gradient by the seed with a square. `[120, 100]`. */
export function casePixels(seed: number): Uint8Array {
  return Uint8Array.from({ length: 120 * 100 }, (_, i) => {
    const [x, y] = [i % 120, Math.floor(i / 120)];
    return (x * (1 + (seed % 7)) + y * (2 + (seed % 5)) + ((x + seed) % 120 < 30 && y > 20 && y < 60 ? 90 : 0) + seed) % 256;
  });
}

/** A paper of a title page, pages of text, and a page with one CT-like figure (object 10). */
export function casePaper({ seed, title = 'Chest CT of a patient with COVID-19: a synthetic case', doi, licence, caption = caseCaption, textPages = 0 }: CasePaper): Uint8Array {
  const file = new PdfWriter();
  file.skip(9);
  const picture = file.add(imageStream(120, 100, '/DeviceGray', casePixels(seed)));
  const fonts = { R: 'Times-Roman', B: 'Times-Bold' };
  const body = (y: number, lines: number): string => Array.from({ length: lines }, (_, i) => writeLine('R', 10, 60, y - 12 * i, `Line ${i} of paper ${seed}: running text that fills a line of the column up to its very end.`)).join('');
  const head = doi === undefined ? '' : writeLine('R', 8, 60, 820, `medRxiv preprint doi: https://doi.org/${doi}. The copyright holder has placed it under a ${licence ?? 'licence of its own'}`);
  file.page({ content: [head, writeLine('B', 18, 60, 760, title), writeLine('B', 10, 60, 720, 'Abstract'), body(700, 10), writeLine('B', 10, 60, 560, 'Introduction'), body(540, 30)].join(''), fonts });
  for (let i = 0; i < textPages; i++) file.page({ content: body(780, 55), fonts });
  file.page({ content: [paintPicture('A', 150, 500, 300, 250), writeLine('B', 9, 60, 480, caption), body(440, 20)].join(''), fonts, pictures: { A: picture } });
  return file.bytes();
}
