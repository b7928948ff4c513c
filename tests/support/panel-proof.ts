import { createRandom } from '../../src/base/index.ts';
import { intersectionOverUnion, type Picture, type Rectangle } from '../../src/imaging/index.ts';
import { drawCompositePaper, type Lettering, type TrueCompositeFigure } from '../../src/papers/generator/index.ts';
import { readTruePanels } from './paper-truth.ts';
import { readPaper } from './read-paper.ts';
import { findFigures, isRefusal, openPdf, splitCaption, splitPanels, type Figure, type PdfPage } from '../../src/papers/index.ts';

/** True boxes that a found one covers with an IoU of at least 0.9; each found box counts once. */
export function rightBoxes(truth: readonly Rectangle[], found: readonly Rectangle[]): number {
  const left = [...found];
  let right = 0;
  for (const box of truth) {
    const at = left.findIndex((other) => intersectionOverUnion(box, other) >= 0.9);
    if (at < 0) continue;
    left.splice(at, 1);
    right += 1;
  }
  return right;
}

/** What became of a composite figure. */
export interface JudgedFigure {
  readonly seed: number;
  readonly truth: TrueCompositeFigure;
  /** The picture that the paper gave; none where the figure was not found. */
  readonly picture: Picture | undefined;
  readonly found: readonly Rectangle[];
  /** Panels at IoU ≥ 0.9. */
  readonly right: number;
  readonly disagreements: readonly string[];
}

/** Letters that a figure's caption names, of all its panels. */
export function lettersOfFigure(figure: Figure): readonly string[] {
  const text = (figure.caption?.text ?? '').replace(/^Fig(?:ure)?\.?\s*\d+[.:]?\s*/i, '');
  return splitCaption(text).parts.flatMap(({ letters }) => letters);
}

async function pagesOf(bytes: Uint8Array): Promise<PdfPage[]> {
  const document = await openPdf(bytes);
  if (isRefusal(document)) throw new Error(document.message);
  const pages: PdfPage[] = [];
  for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
  await document.close();
  return pages;
}

/** Makes the paper of a seed, reads it as any other PDF, and takes its figures apart. */
export async function judgePaper(pictures: readonly Picture[], gutter: 'gutters' | 'touching', lettering: Lettering, seed: number): Promise<JudgedFigure[]> {
  const paper = await drawCompositePaper(pictures, gutter, lettering, createRandom(seed));
  const { figures } = findFigures(await pagesOf(paper.bytes));
  return paper.figures.map((truth): JudgedFigure => {
    const figure = figures.find(({ pictures: own }) => own.some(({ objects }) => objects.includes(truth.objects[0] ?? -1)));
    const placed = figure?.pictures.find(({ objects }) => objects.includes(truth.objects[0] ?? -1));
    if (figure === undefined || placed === undefined) return { seed, truth, picture: undefined, found: [], right: 0, disagreements: ['The figure was not found.'] };
    const { panels, disagreements } = splitPanels(placed.pixels, figure.pictures.length === 1 ? { letters: lettersOfFigure(figure) } : {});
    const found = panels.map(({ box }) => box);
    return { seed, truth, picture: placed.pixels, found, right: rightBoxes(truth.boxes, found), disagreements };
  });
}

/** Shares over many figures. */
export function summarise(judged: readonly JudgedFigure[]): { readonly figures: number; readonly panels: number; readonly recall: number; readonly precision: number; readonly whole: number } {
  const sum = (of: (figure: JudgedFigure) => number): number => judged.reduce((total, figure) => total + of(figure), 0);
  const panels = sum(({ truth }) => truth.boxes.length);
  const right = sum((figure) => figure.right);
  const whole = judged.filter(({ truth, found, right }) => right === truth.boxes.length && found.length === right).length;
  return { figures: judged.length, panels, recall: right / panels, precision: right / Math.max(1, sum(({ found }) => found.length)), whole: whole / judged.length };
}

/** What became of a composite of CTs in one of the seven papers, beside the boxes made by hand. */
export interface JudgedComposite {
  readonly name: string;
  readonly wanted: readonly Rectangle[];
  readonly found: readonly Rectangle[];
  readonly right: number;
}

/** Takes the composites of CTs in the seven papers apart. */
export async function judgeTrueComposites(): Promise<JudgedComposite[]> {
  const judged: JudgedComposite[] = [];
  const composites = readTruePanels();
  for (const paper of new Set(composites.map((one) => one.paper))) {
    const { figures } = findFigures(await readPaper(paper));
    for (const { object, panels, figure: number } of composites.filter((one) => one.paper === paper)) {
      const figure = figures.find(({ pictures }) => pictures.some(({ objects }) => objects.includes(object)));
      const picture = figure?.pictures.find(({ objects }) => objects.includes(object));
      const wanted = panels.map(({ box: [x, y, width, height] }) => ({ x, y, width, height }));
      const letters = figure !== undefined && figure.pictures.length === 1 ? lettersOfFigure(figure) : [];
      const found = picture === undefined ? [] : splitPanels(picture.pixels, { letters }).panels.map(({ box }) => box);
      judged.push({ name: `${paper}, figure ${number}, object ${object}`, wanted, found, right: rightBoxes(wanted, found) });
    }
  }
  return judged;
}
