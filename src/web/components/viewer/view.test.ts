import { describe, expect, it } from 'vitest';
import { contrastTable, fit, pan, plainContrast, toPicture, toScreen, zoomAt } from './view.ts';

const screen = { width: 800, height: 600 };

describe('the view of a picture', () => {
  it('fits the whole picture, in the middle', () => {
    const view = fit({ width: 400, height: 200 }, screen);
    expect(view).toEqual({ x: 200, y: 100, zoom: 2 });
    expect(toScreen(view, screen, { x: 0, y: 0 })).toEqual({ x: 0, y: 100 });
  });

  it('keeps what is under the pointer where it is, whatever the zoom', () => {
    const view = { x: 120, y: 80, zoom: 1.7 };
    const pointer = { x: 640, y: 90 };
    const before = toPicture(view, screen, pointer);
    const after = toPicture(zoomAt(view, screen, pointer, 1.3), screen, pointer);
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
    expect(zoomAt(view, screen, pointer, 1e9).zoom).toBe(40);
  });

  it('moves the picture with the hand', () => {
    expect(pan({ x: 100, y: 100, zoom: 2 }, 20, -10)).toEqual({ x: 90, y: 105, zoom: 2 });
  });
});

describe('contrast', () => {
  it('plain is the identity, and inverted its mirror', () => {
    expect([...contrastTable(plainContrast)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(contrastTable({ ...plainContrast, invert: true })[0]).toBe(255);
  });

  it('spreads its window over all levels and cuts what is outside', () => {
    const table = contrastTable({ centre: 100, width: 50, invert: false });
    expect([table[75], table[100], table[125], table[10], table[200]]).toEqual([0, 128, 255, 0, 255]);
  });
});
