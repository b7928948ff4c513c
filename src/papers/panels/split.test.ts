import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { crop, drawPhantom, type Picture, type Rectangle } from '../../imaging/index.ts';
import { drawComposite, loadLettering, type CompositeStyle } from '../generator/index.ts';
import { splitPanels } from './index.ts';

const phantoms = (count: number): Picture[] => Array.from({ length: count }, (_, i) => crop(drawPhantom({ patient: 100 + i, lesions: 'none', width: 320, height: 320 }), { x: 40, y: 70, width: 240, height: 180 }));
const style: CompositeStyle = { arrangement: 'grid', gutter: 'white', gap: 8, margin: 0, letters: 'none', scale: 1 };
const boxesOf = (picture: Picture, letters?: readonly string[]): Rectangle[] => splitPanels(picture, letters === undefined ? {} : { letters }).panels.map(({ box }) => box);

describe('splitPanels', () => {
  it('leaves one CT whole', () => {
    for (const picture of phantoms(6)) expect(boxesOf(picture)).toHaveLength(1);
  }, 240_000);

  it.each(['white', 'black', 'touching'] as const)('finds the tiles of a grid: %s', async (gutter) => {
    const lettering = await loadLettering();
    const { picture, boxes } = drawComposite(phantoms(6), { ...style, gutter, gap: gutter === 'touching' ? 0 : 8 }, lettering, createRandom(5));
    const found = boxesOf(picture);
    expect(found).toHaveLength(6);
    for (const [i, box] of boxes.entries()) for (const side of ['x', 'y', 'width', 'height'] as const) expect(Math.abs((found[i]?.[side] ?? -99) - box[side])).toBeLessThanOrEqual(12);
  }, 240_000);

  it('gives panels their letters, and says where the caption names another number', async () => {
    const lettering = await loadLettering();
    const { picture } = drawComposite(phantoms(4), style, lettering, createRandom(6));
    expect(splitPanels(picture, { letters: ['A', 'B', 'C', 'D'] }).panels.map(({ letter }) => letter)).toEqual(['A', 'B', 'C', 'D']);
    const odd = splitPanels(picture, { letters: ['A', 'B', 'C', 'D', 'E', 'F', 'G'] });
    expect(odd.disagreements).toEqual(['The caption names 7 panels; 4 were found.']);
    expect(odd.panels.map(({ confidence, letter }) => [confidence <= 4 / 7, letter])).toEqual(Array.from({ length: 4 }, () => [true, undefined]));
  }, 240_000);
});
