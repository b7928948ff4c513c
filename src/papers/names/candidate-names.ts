import { figureBase, formatFileName } from '../../release/index.ts';

/** What a picture's name is made of. */
export interface NamedPicture {
  /** 0-based. */
  readonly page: number;
  /** The picture's object; the first strip's where it is stitched; `undefined` where there is none, or it is not told. */
  readonly xref: number | undefined;
  /** How many panels are cut out of it; 0 where it is taken whole. */
  readonly panels: number;
}

/**
 * Names in the release's grammar, one list a picture: `<stem>-p<page>-<xref>.png` for a picture that is taken whole,
 * `<stem>-p<page>-<xref>%<panel>.png`, panels counted from 0, for what is cut out.
 *
 * - A stitched picture bears the number of its first strip: the topmost, or the leftmost.
 * - A picture without a number (rendered, written into the page, or read by PDFium) bears 0, which no object of a PDF
 *   has (ISO 32000-1, 7.5.4), and then, as an outer panel, its count on the page: `…-p3-0%1.png`, `…-p3-0%1%0.png`.
 * - A picture that is painted again on its page is counted in the same way, from the second on: `…-p3-61%1%0.png` would
 *   be ambiguous, so that callers leave repeated pictures out.
 */
export function nameCandidates(stem: string, pictures: readonly NamedPicture[]): string[][] {
  const unnumbered = new Map<number, number>();
  return pictures.map(({ page, xref, panels }) => {
    const outer: number[] = [];
    if (xref === undefined) {
      const count = unnumbered.get(page) ?? 0;
      unnumbered.set(page, count + 1);
      outer.push(count);
    }
    const base = figureBase(stem, page, xref ?? 0);
    const own = panels === 0 ? [[]] : Array.from({ length: panels }, (_, panel) => [panel]);
    return own.map((panel) => formatFileName({ base, panels: [...outer, ...panel], extension: 'png' }));
  });
}
