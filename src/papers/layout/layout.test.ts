import { describe, expect, it } from 'vitest';
import type { TextRun } from '../pdf/index.ts';
import { withoutFurniture } from './furniture.ts';
import { bodySizeOf, gutterOf, linesOf, sharedGutters } from './lines.ts';

const run = (text: string, x: number, baseline: number, width: number, size = 10, font = 'Times'): TextRun => ({
  text,
  box: { x, y: baseline - 0.7 * size, width, height: 0.9 * size },
  baseline,
  font,
  size,
  bold: false,
  italic: false,
  upright: true,
});

/** Two columns of ten lines each, 16 points apart. */
const columns = Array.from({ length: 10 }, (_, i) => [run(`left ${i}`, 50, 100 + 12 * i, 230), run(`right ${i}`, 296, 100 + 12 * i, 230)]).flat();

describe('lines', () => {
  it('are parted at the gutter, and not where text crosses it', () => {
    const wide = run('a caption over both columns', 50, 80, 476);
    const gutter = gutterOf([...columns, wide], 595);
    expect(gutter).toBeCloseTo(288, -1);
    const lines = linesOf([...columns, wide], gutter);
    expect(lines).toHaveLength(21);
    expect(lines[0]?.text).toBe('a caption over both columns');
  });

  it('keep raised characters and the gap after a label', () => {
    const lines = linesOf([run('Fig. 1.', 50, 100, 30), run('Text', 85, 100, 20), run('2', 105, 96, 4, 6), run('more', 116, 100, 20)], undefined);
    expect(lines.map(({ text }) => text)).toEqual(['Fig. 1. Text2 more']);
  });

  it('have no gutter on a page of one column', () => {
    expect(gutterOf(Array.from({ length: 20 }, (_, i) => run('wide', 72, 100 + 12 * i, 450)), 595)).toBeUndefined();
  });

  it('share a gutter over the document, or have none', () => {
    expect(sharedGutters([306, undefined, 305, 250])).toEqual([306, 306, 305, 306]);
    expect(sharedGutters([undefined, undefined, 323, undefined])).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tell the size of the body', () => {
    expect(bodySizeOf([linesOf(columns, 288), linesOf([run('a heading', 50, 50, 100, 14)], undefined)])).toBe(10);
  });
});

it('running heads, page numbers and rules are taken off', () => {
  const page = (number: number) => ({
    number,
    width: 595,
    height: 842,
    gutter: undefined,
    lines: linesOf([run(`Journal of Tests ${number}`, 50, 40, 100), run('Results', 50, 300, 60), run(String(number), 290, 810, 8)], undefined),
    drawings: [{ x: 50, y: 50, width: 480, height: 0 }, { x: 100, y: 100 + 20 * number, width: 80, height: 60 }],
  });
  const pages = withoutFurniture([1, 2, 3].map(page));
  expect(pages.map(({ lines }) => lines.map(({ text }) => text))).toEqual([['Results'], ['Results'], ['Results']]);
  expect(pages.every(({ drawings }) => drawings.length === 1)).toBe(true);
});
