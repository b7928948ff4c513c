import { describe, expect, test } from 'vitest';
import { drawPhantom, findLungs, type Picture } from '../../imaging/index.ts';
import { borderOnly, lungsOut } from './views.ts';

const phantom = drawPhantom({ patient: 4, lesions: 'opacities', width: 160, height: 120 });

describe('views of controls', () => {
  test('lungs out: black in the lungs, as it was elsewhere', () => {
    const lungs = findLungs(phantom);
    const mask = lungs.found ? lungs.mask.data : new Uint8Array();
    const { picture, abstained } = lungsOut(phantom);
    expect(abstained).toBe(false);
    expect(picture.data.every((value, at) => mask[at] === 0 || value === 0)).toBe(true);
    const changed = picture.data.filter((value, at) => value !== phantom.data[at]).length;
    expect(changed).toBeLessThan(1.5 * mask.reduce((sum, value) => sum + value, 0));
    expect(picture.data.some((value) => value > 150)).toBe(true);
  });

  test('where no lungs are found the border is all that is left', () => {
    const flat: Picture = { width: 40, height: 30, channels: 4, data: new Uint8Array(4 * 1200).fill(90) };
    expect(lungsOut(flat)).toStrictEqual({ ...borderOnly(flat), abstained: true });
    const { picture } = borderOnly(flat);
    const red = Array.from({ length: 1200 }, (_, at) => picture.data[4 * at] ?? 0);
    expect(red.map((value, at) => value === (at % 40 < 4 || at % 40 >= 36 || at < 120 || at >= 1080 ? 90 : 0)).every(Boolean)).toBe(true);
    expect(picture.data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 90)).toBe(true);
  });
});
