import type { Picture, Rectangle } from '../../imaging/index.ts';
import { gatherEvidence, type Evidence } from './evidence.ts';
import { divide, leaves, seamsOf, type Division, type JudgedSeam } from './search.ts';
import { leastPanel } from './seams.ts';
import { trim } from './trim.ts';
import type { Panel, PanelExpectation, PanelSplit } from './types.ts';

/** What is added to the log-odds of seams to reach the number of panels that the caption names, the least first. */
const biases = [0, -1, 1, -2, 2, -3, 3, 4, 5] as const;
/** A piece that is smaller than this share of the largest is lettering or a colour scale. */
const leastShare = 0.04;

const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));

interface Layout {
  readonly boxes: readonly Rectangle[];
  readonly division: Division;
  readonly bias: number;
}

/** The panels of a division: its leaves without margins, those of lettering left out, in the order of reading. */
function boxesOf(evidence: Evidence, division: Division): Rectangle[] {
  const isCanvas = seamsOf(division).some(({ look }) => look.whiteGutter === 1);
  const trimmed = leaves(division).map(({ region }) => trim(evidence, region, isCanvas));
  const largest = Math.max(...trimmed.map(({ width, height }) => width * height));
  const kept = trimmed.filter(({ width, height }) => Math.min(width, height) >= leastPanel && width * height >= leastShare * largest);
  return inReadingOrder(kept);
}

/** Row by row, from left to right. */
function inReadingOrder(boxes: readonly Rectangle[]): Rectangle[] {
  const left = boxes.toSorted((a, b) => a.y - b.y);
  const ordered: Rectangle[] = [];
  while (left.length > 0) {
    const top = left[0] as Rectangle;
    const row = left.filter((box) => box.y + box.height / 2 < top.y + top.height && box.y < top.y + top.height / 2);
    ordered.push(...row.toSorted((a, b) => a.x - b.x));
    for (const box of row) left.splice(left.indexOf(box), 1);
  }
  return ordered;
}

function touches(box: Rectangle, seam: JudgedSeam): boolean {
  const [start, end] = seam.axis === 'x' ? [box.x, box.x + box.width] : [box.y, box.y + box.height];
  const reach = 0.15 * (end - start);
  return Math.abs(seam.end - start) < reach || Math.abs(seam.start - end) < reach;
}

/** How far a panel's size is that of the middle one. */
function likenessOf({ width, height }: Rectangle, boxes: readonly Rectangle[]): number {
  const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 1;
  const ratio = (a: number, b: number): number => Math.min(a, b) / Math.max(a, b);
  return Math.max(ratio(height, middle(boxes.map((box) => box.height))), ratio(width, middle(boxes.map((box) => box.width))));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function reasonsFor(seams: readonly JudgedSeam[], count: number): string[] {
  if (count === 1) return [];
  return seams.map(({ axis, start, end, look, odds }) => {
    const place = axis === 'x' ? `x = ${start}` : `y = ${start}`;
    const kind = look.whiteGutter === 1 ? `a white gutter of ${end - start} pixels` : look.blackGutter + look.evenGutter > 0 ? `a dark or gray gutter of ${end - start} pixels` : 'tiles that touch';
    return `Seam at ${place}: ${kind}, levels jump on ${percent(look.steps)} of it; likely to ${percent(probability(odds))}.`;
  });
}

/**
 * Takes a figure's picture apart into its panels, at native pixels: by seams that run straight from side to side, white and
 * black gutters and tiles that touch. A picture that is no composite comes back as one panel.
 * @param picture a figure's picture, as the page shows it (`PlacedPicture.pixels`)
 * @param expectation what the caption says; it decides between divisions that are nearly as good, and is never obeyed blindly
 */
export function splitPanels(picture: Picture, expectation: PanelExpectation = {}): PanelSplit {
  const evidence = gatherEvidence(picture);
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const root = trim(evidence, whole, false);
  const letters = expectation.letters ?? [];
  const layoutWith = (bias: number): Layout => {
    const division = divide(evidence, root, bias);
    return { division, boxes: boxesOf(evidence, division), bias };
  };
  const free = layoutWith(0);
  let chosen = free;
  if (letters.length > 1 && free.boxes.length !== letters.length) {
    for (const bias of biases) {
      const layout = layoutWith(bias);
      if (layout.boxes.length !== letters.length) continue;
      chosen = layout;
      break;
    }
  }
  return describe(chosen, free, letters);
}

function describe({ boxes, division }: Layout, free: Layout, letters: readonly string[]): PanelSplit {
  const disagreements: string[] = [];
  if (letters.length > 1 && letters.length !== boxes.length) disagreements.push(`The caption names ${letters.length} panels; ${boxes.length} were found.`);
  else if (free.boxes.length !== boxes.length) disagreements.push(`Without the caption, ${free.boxes.length} panels would have been found, not ${boxes.length}.`);
  const seams = seamsOf(division);
  const count = letters.length > 1 ? Math.min(letters.length, boxes.length) / Math.max(letters.length, boxes.length) : 1;
  const panels = boxes.map((box, i): Panel => {
    const own = seams.filter((seam) => touches(box, seam));
    const scores = { seams: boxes.length === 1 ? 1 - probability(division.doubt) : Math.min(1, ...own.map(({ odds }) => probability(odds))), likeness: likenessOf(box, boxes), count };
    const letter = letters.length === boxes.length ? letters[i] : undefined;
    return { box, ...(letter === undefined ? {} : { letter }), confidence: Math.min(scores.seams, scores.likeness, scores.count), scores, reasons: [...reasonsFor(own, boxes.length), ...disagreements] };
  });
  return { panels, disagreements };
}
