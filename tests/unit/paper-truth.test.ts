import { expect, it } from 'vitest';
import { isHeldOut, readTrueCaptions, readTrueFigures, readTruePanels } from '../support/paper-truth.ts';

it('labels every figure caption of the seven papers, once', () => {
  const figures = [...readTrueFigures()].flatMap(([paper, list]) => list.map((figure) => `${paper} ${figure.label} ${figure.caption.sha256}`));
  const labelled = readTrueCaptions().filter(({ source }) => source === 'figure');
  expect(readTrueFigures().size).toBe(7);
  expect(figures).toHaveLength(28);
  expect(labelled.map(({ paper, figure, sha256 }) => `${paper} ${figure} ${sha256}`).toSorted()).toEqual(figures.toSorted());
  expect(new Set(readTrueCaptions().map(({ sha256 }) => sha256)).size).toBe(readTrueCaptions().length);
});

it('holds papers out by their hash, and both halves have enough to select', () => {
  const captions = readTrueCaptions();
  expect(captions.filter(({ paper, heldOut }) => heldOut !== isHeldOut(paper))).toEqual([]);
  const count = (held: boolean): number => captions.filter((caption) => caption.heldOut === held && caption.chestCt && caption.covidAbnormality).length;
  expect([count(false), count(true)]).toEqual([66, 53]);
});

it('has panels within their pictures, none over another', () => {
  for (const { width, height, panels } of readTruePanels()) {
    for (const { box: [x, y, w, h] } of panels) {
      expect(x + w).toBeLessThanOrEqual(width);
      expect(y + h).toBeLessThanOrEqual(height);
      const over = panels.filter(({ box: [x2, y2, w2, h2] }) => x < x2 + w2 && x2 < x + w && y < y2 + h2 && y2 < y + h);
      expect(over).toHaveLength(1);
    }
  }
  expect(readTruePanels().flatMap(({ panels }) => panels)).toHaveLength(18);
});
