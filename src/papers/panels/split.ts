import { intersectionOverUnion, type Picture, type Rectangle } from '../../imaging/index.ts';
import { alignEdges } from './align.ts';
import { gatherEvidence, type Evidence } from './evidence.ts';
import { exactEdges, isSharp } from './exact.ts';
import { gridsOf, type Grid } from './grid.ts';
import { onWhiteGround } from './ground.ts';
import { divide, leaves, seamsOf, type Division, type JudgedSeam } from './search.ts';
import { leastPanel } from './seams.ts';
import { isBlank, trim } from './trim.ts';
import type { Panel, PanelExpectation, PanelSplit } from './types.ts';

/** What is added to the log-odds of seams to reach the number of panels that the caption names, the least first. */
const biases = [0, -1, 1, -2, 2, -3] as const;
/** A piece that is smaller than this share of the largest is lettering or a colour scale. */
const leastShare = 0.012;

/** Log-odds from which on a line of a grid may be one that cannot be seen. */
const gridOdds = -3;
/** Log-odds of lines of a grid that needs no panels found otherwise to stand for it. */
const likelyGrid = { least: -3.5, mean: 2.2 } as const;
/** Log-odds of a seam that a grid must explain. */
const beyondDoubt = 3;

const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));

interface Layout {
  readonly boxes: readonly Rectangle[];
  readonly division: Division;
}

/** The panels of a division: its leaves without margins, those of lettering left out, in the order of reading. */
function boxesOf(evidence: Evidence, division: Division): Rectangle[] {
  const seams = seamsOf(division);
  const isCanvas = seams.filter(({ look }) => look.whiteGutter === 1).length > 0.5 * seams.length;
  const trimmed = leaves(division).flatMap(({ region }) => {
    const box = trim(evidence, region, isCanvas);
    return isBlank(evidence, box) ? [] : [box];
  });
  if (trimmed.length <= 1) return [{ x: 0, y: 0, width: evidence.width, height: evidence.height }];
  const largest = Math.max(...trimmed.map(({ width, height }) => width * height));
  const kept = trimmed.filter(({ width, height }) => Math.min(width, height) >= leastPanel && width * height >= leastShare * largest);
  const sharp = isSharp(evidence, kept);
  const aligned = alignEdges(evidence, kept, sharp);
  return inReadingOrder(sharp ? exactEdges(evidence, aligned) : aligned);
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

/** How odd the oddest panel is: pieces of CTs are of other sizes than CTs. */
const leastLikeness = (boxes: readonly Rectangle[]): number => Math.min(...boxes.map((box) => likenessOf(box, boxes)));

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
  const evidence = gatherEvidence(onWhiteGround(picture));
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const letters = expectation.letters ?? [];
  const layoutOf = (division: Division): Layout => ({ division, boxes: boxesOf(evidence, division) });
  const free = layoutOf(divide(evidence, trim(evidence, whole, true), 0));
  const grid = regularised(evidence, whole, free);
  const likely = grid === undefined ? free : layoutOf(grid.division);
  return describe(expected(evidence, whole, likely, letters.length, layoutOf), likely, letters);
}

/** Whether every seam that was found beyond doubt is a line of a grid. */
function explains(grid: Grid, division: Division): boolean {
  const lines = seamsOf(grid.division);
  const [cell] = leaves(grid.division);
  return seamsOf(division).every(({ axis, start, end, odds }) => {
    const slack = Math.max(4, 0.04 * ((axis === 'x' ? cell?.region.width : cell?.region.height) ?? 0));
    return odds < beyondDoubt || lines.some((line) => line.axis === axis && Math.abs((line.start + line.end) / 2 - (start + end) / 2) <= slack);
  });
}

/**
 * A grid that explains the figure: all its lines are likely, taken over the whole figure, or most panels that were found are its cells. What else
 * was found, or was not, are seams that cannot be seen and lines within CTs.
 */
function regularised(evidence: Evidence, whole: Rectangle, { boxes, division }: Layout): Grid | undefined {
  return gridsOf(evidence, whole).find((grid) => {
    const cells = leaves(grid.division).map(({ region }) => region);
    if (!explains(grid, division)) return false;
    const same = cells.filter((cell) => boxes.some((box) => intersectionOverUnion(cell, box) >= 0.8)).length;
    if (same === cells.length && same === boxes.length) return false;
    const isLikely = grid.least >= likelyGrid.least && grid.odds >= likelyGrid.mean;
    return isLikely || (grid.least >= gridOdds && same >= 0.6 * Math.max(cells.length, boxes.length));
  });
}

/** The layout with as many panels as the caption names, where one is likely enough; else the likeliest. */
function expected(evidence: Evidence, whole: Rectangle, likely: Layout, count: number, layoutOf: (division: Division) => Layout): Layout {
  if (count < 2 || likely.boxes.length === count) return likely;
  const biased = biases.map((bias) => ({ bias, layout: layoutOf(divide(evidence, trim(evidence, whole, true), bias)) })).filter(({ layout }) => layout.boxes.length === count && leastLikeness(layout.boxes) >= leastLikeness(likely.boxes) - 0.1);
  const near = biased.find(({ bias }) => Math.abs(bias) <= 2);
  if (near !== undefined) return near.layout;
  for (const grid of gridsOf(evidence, whole, count)) {
    const layout = layoutOf(grid.division);
    if (grid.odds > -1 && explains(grid, likely.division) && layout.boxes.length === count) return layout;
  }
  return biased[0]?.layout ?? likely;
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
