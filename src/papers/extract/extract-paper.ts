import { noProgress, type Progress } from '../../base/index.ts';
import { crop, type Picture } from '../../imaging/index.ts';
import type { CaptionRules } from '../../release/index.ts';
import type { Candidate, ExtractedFigure } from '../candidates/index.ts';
import { findFigures, type Figure, type PlacedPicture } from '../figures/index.ts';
import { nameCandidates, paperStem } from '../names/index.ts';
import { isRefusal, openPdf, renderBox, type Box, type PdfDocument, type PdfPage, type PdfRefusal } from '../pdf/index.ts';
import { readScannedCaptions } from '../scans/index.ts';
import { scoreCtLikeness } from '../scorer/index.ts';
import { selectCaption, type PaperContext, type Selection } from '../selection/select.ts';
import { dealCaption, namedPanels, type DealtCaption } from './captions-of-panels.ts';
import { readFacts, type PaperFacts } from './facts.ts';
import { cutBySeams, takeWhole, type CutPicture, type PanelCutter } from './panels.ts';

/** What is known beforehand, and how to judge. */
export interface ExtractOptions {
  /** The file's name, without a folder. */
  readonly fileName: string;
  /** From the server that gave the paper; they win over what the paper says of itself. */
  readonly doi?: string | undefined;
  readonly licence?: string | undefined;
  readonly context?: PaperContext | undefined;
  /** Of the disease; COVID-19's where nothing is said. */
  readonly rules?: CaptionRules | undefined;
  readonly cut?: PanelCutter | undefined;
  readonly progress?: Progress | undefined;
}

/** A candidate with its pixels, before they are kept anywhere. */
export interface DrawnCandidate extends Omit<Candidate, 'sha256' | 'whole'> {
  readonly picture: Picture;
  /** The whole picture that it is a panel of; the very same object where it is taken whole. */
  readonly from: Picture;
}

/** A paper, read. */
export interface PaperExtraction {
  readonly paper: string;
  readonly pages: number;
  /** Pages, from 1, that neither reader could read. */
  readonly unreadPages: readonly number[];
  readonly facts: PaperFacts;
  /** Sentences for a person: what could not be done. */
  readonly notes: readonly string[];
  readonly candidates: readonly DrawnCandidate[];
  readonly figures: readonly ExtractedFigure[];
}

/** Vector figures are drawn at this resolution, in pixels a point (200 dpi), and no side longer than this many pixels. */
const drawnScale = 200 / 72;
const longestDrawnSide = 4000;

/**
 * Extracts a paper's candidates.
 * @param bytes of the PDF
 * @returns candidates in the order of the pages, or why the file cannot be read
 */
export async function extractPaper(bytes: Uint8Array, options: ExtractOptions): Promise<PaperExtraction | PdfRefusal> {
  const document = await openPdf(bytes);
  if (isRefusal(document)) return document;
  const progress = options.progress ?? noProgress;
  try {
    const { pages: readAs, unread } = await readPages(document, progress);
    const { pages, scanned, couldRead } = await readScannedCaptions(readAs, bytes);
    const found = findFigures(pages);
    const said = readFacts(pages, found.pages, document.information);
    const facts: PaperFacts = { title: options.context?.title ?? said.title, abstract: options.context?.abstract ?? said.abstract, doi: options.doi ?? said.doi, licence: options.licence ?? said.licence };
    const paper = paperStem(options.fileName, facts.doi);
    const notes = couldRead ? [] : [`Captions of scanned pages were not read: npm install tesseract.js-core @tesseract.js-data/eng.`];
    const works: FigureWork[] = [];
    for (const figure of found.figures) {
      progress({ label: 'Cutting figures', done: works.length, total: found.figures.length });
      works.push(await workOn(figure, { bytes, facts, scanned }, options));
    }
    return { paper, pages: document.pageCount, unreadPages: unread, facts, notes, candidates: candidatesOf(paper, facts, works), figures: works.map((work) => recordOf(paper, work)) };
  } finally {
    await document.close();
  }
}

/**
 * The candidates of figures that came with their captions, as JATS has them. They stand on no page: page 0 is named for all.
 * @param notes what could not be done
 */
export async function extractFigures(figures: readonly Figure[], options: ExtractOptions, notes: readonly string[]): Promise<PaperExtraction> {
  const facts: PaperFacts = { title: options.context?.title, abstract: options.context?.abstract, doi: options.doi, licence: options.licence };
  const paper = paperStem(options.fileName, facts.doi);
  const works: FigureWork[] = [];
  for (const figure of figures) works.push(await workOn(figure, { bytes: new Uint8Array(), facts, scanned: [] }, options));
  const records = works.map((work): ExtractedFigure => ({ ...recordOf(paper, work), captionPage: null, captionBox: null }));
  return { paper, pages: 0, unreadPages: [], facts, notes, candidates: candidatesOf(paper, facts, works), figures: records };
}

async function readPages(document: PdfDocument, progress: Progress): Promise<{ readonly pages: readonly PdfPage[]; readonly unread: readonly number[] }> {
  const pages: PdfPage[] = [];
  const unread: number[] = [];
  for (let number = 1; number <= document.pageCount; number++) {
    progress({ label: 'Reading pages', done: number - 1, total: document.pageCount });
    try {
      pages.push(await document.page(number));
    } catch {
      // Both readers failed at it: the others may well be sound.
      unread.push(number);
    }
  }
  return { pages, unread };
}

/** From this score on a picture is taken for a CT. */
const likeCt = 0.5;

/** A figure with its pictures, panels and words. */
interface FigureWork {
  readonly figure: Figure;
  readonly pictures: readonly PlacedPicture[];
  readonly cuts: readonly CutPicture[];
  readonly dealt: DealtCaption;
  readonly selection: Selection;
  readonly judge: (words: string) => Selection;
}

const withoutCaption: Selection = { selected: false, reasons: ['no caption was found for it'], scores: { chestCt: 0, finding: 0 } };

/** The paper that a figure belongs to. */
interface Whole {
  readonly bytes: Uint8Array;
  readonly facts: PaperFacts;
  /** Pages without text of their own. */
  readonly scanned: readonly number[];
}

async function workOn(figure: Figure, { bytes, facts, scanned }: Whole, { rules, cut = cutBySeams }: ExtractOptions): Promise<FigureWork> {
  const pictures = figure.kind === 'drawn' ? await draw(figure, bytes) : figure.pictures;
  const caption = figure.caption?.text;
  const letters = namedPanels(caption);
  // As many pictures as letters: each is a panel that the PDF keeps by itself.
  const isCut = pictures.length > 1 && pictures.length === letters.length;
  const misread = figure.caption !== undefined && scanned.includes(figure.caption.page) ? ['the caption was read from pixels: letters may be wrong'] : [];
  const judge = (words: string): Selection => {
    const selection = selectCaption(words, facts, rules);
    return { ...selection, reasons: [...selection.reasons, ...misread] };
  };
  const selection = caption === undefined ? withoutCaption : judge(caption);
  // Plots and diagrams are full of straight lines, at which a cutter of CTs would take them apart.
  const mayBeCut = ({ source, pixels }: PlacedPicture): boolean => !isCut && source !== 'rendered' && (selection.scores.chestCt > 0 || scoreCtLikeness(pixels).score >= likeCt);
  const cuts = pictures.map((picture) => (mayBeCut(picture) ? cut : takeWhole)(picture.pixels, pictures.length === 1 ? letters : []));
  return { figure, pictures, cuts, dealt: dealCaption(caption, cuts.reduce((sum, { panels }) => sum + panels.length, 0)), selection, judge };
}

/** The parts of a figure of lines and areas, rendered. */
async function draw(figure: Figure, bytes: Uint8Array): Promise<PlacedPicture[]> {
  const drawn: PlacedPicture[] = [];
  for (const { page, box } of figure.parts) {
    const scale = Math.min(drawnScale, longestDrawnSide / Math.max(box.width, box.height, 1));
    const pixels = await renderBox(bytes, page, box, scale);
    if (pixels !== undefined) drawn.push({ page, box, pixels, objects: [], source: 'rendered' });
  }
  return drawn;
}

function candidatesOf(paper: string, facts: PaperFacts, works: readonly FigureWork[]): DrawnCandidate[] {
  const seen = new Set<string>();
  const plain = works.flatMap((work) => {
    let next = 0;
    return work.pictures.flatMap((picture, i) => {
      const cut = work.cuts[i];
      if (cut === undefined) return [];
      const words = work.dealt.panels.slice(next, next + cut.panels.length);
      next += cut.panels.length;
      // The same object again on its page is the same picture, and would bear the same name.
      const key = `${picture.page} ${picture.objects[0]}`;
      if (picture.objects.length > 0 && seen.has(key)) return [];
      seen.add(key);
      return [{ work, picture, cut, words }];
    });
  });
  const isWhole = ({ panels }: CutPicture, { width, height }: Picture): boolean => panels.length === 1 && panels[0]?.box.width === width && panels[0].box.height === height;
  const names = nameCandidates(paper, plain.map(({ picture, cut }) => ({ page: picture.page - 1, xref: picture.objects[0], panels: isWhole(cut, picture.pixels) ? 0 : cut.panels.length })));
  return plain.flatMap(({ work, picture, cut, words }, i) =>
    cut.panels.map(({ box: panel, confidence, reasons }, k): DrawnCandidate => {
      const { letters, text } = words[k] ?? { letters: [], text: undefined };
      const selection = text === undefined ? work.selection : work.judge(text);
      const own = isWhole(cut, picture.pixels) ? picture.pixels : crop(picture.pixels, panel);
      const likeness = scoreCtLikeness(own);
      // The caption chooses; where the pixels say otherwise, a person is told.
      const doubt = selection.selected && likeness.score < likeCt ? [`it does not look like a CT: ${likeness.reasons.join(' ')}`] : [];
      return {
        paper,
        doi: facts.doi ?? null,
        page: picture.page - 1,
        xref: picture.objects[0] ?? null,
        figure: work.figure.number ?? null,
        caption: work.figure.caption?.text ?? null,
        panel: [panel.x, panel.y, panel.width, panel.height],
        file: names[i]?.[k] ?? '',
        selected: selection.selected,
        reasons: [...new Set([...selection.reasons, ...reasons, ...(work.dealt.disagreement === undefined ? [] : [work.dealt.disagreement]), ...doubt])],
        scores: { ...selection.scores, panels: thousandths(confidence), ctLike: thousandths(likeness.score) },
        letters: [...letters],
        panelCaption: text ?? null,
        source: picture.source,
        objects: [...picture.objects],
        licence: facts.licence ?? null,
        width: panel.width,
        height: panel.height,
        picture: own,
        from: picture.pixels,
      };
    }),
  );
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

const boxOf = ({ x, y, width, height }: Box): [number, number, number, number] => [x, y, width, height].map((value) => Math.round(value * 100) / 100) as [number, number, number, number];

function recordOf(paper: string, { figure, pictures, selection }: FigureWork): ExtractedFigure {
  const { caption } = figure;
  return {
    paper,
    figure: figure.number ?? null,
    caption: caption?.text ?? null,
    captionPage: caption === undefined ? null : caption.page - 1,
    captionBox: caption === undefined ? null : boxOf(caption.box),
    kind: figure.kind,
    parts: figure.parts.map(({ page, box }) => ({ page: page - 1, box: boxOf(box) })),
    objects: pictures.map(({ objects }) => [...objects]),
    selected: selection.selected,
    reasons: [...selection.reasons],
    scores: selection.scores,
  };
}
