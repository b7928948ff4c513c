import { describe, expect, test } from 'vitest';
import { drawPhantom, findLungs, paste, type Lungs, type Picture } from '../index.ts';

/** An ellipse: middle and half axes in pixels of a 240×180 picture, and its gray. */
type Disc = readonly [x: number, y: number, rx: number, ry: number, gray: number];

const body: Disc = [120, 95, 105, 75, 210];
const left: Disc = [75, 95, 34, 52, 50];
const right: Disc = [165, 95, 34, 52, 50];

function isIn([x0, y0, rx, ry]: Disc, x: number, y: number): boolean {
  return ((x - x0) / rx) ** 2 + ((y - y0) / ry) ** 2 <= 1;
}

/** Discs painted over one another on black. */
function paint(...discs: readonly Disc[]): Picture {
  const data = new Uint8Array(240 * 180);
  for (const disc of discs) data.forEach((_, at) => isIn(disc, at % 240, Math.floor(at / 240)) && (data[at] = disc[4]));
  return { width: 240, height: 180, channels: 1, data };
}

function dice(lungs: Lungs, of: readonly Disc[]): number {
  if (!lungs.found) return 0;
  let [both, own, truth] = [0, 0, 0];
  lungs.mask.data.forEach((value, at) => {
    const wanted = of.some((disc) => isIn(disc, at % 240, Math.floor(at / 240))) ? 1 : 0;
    own += value;
    truth += wanted;
    both += value & wanted;
  });
  return (2 * both) / (own + truth);
}

describe('findLungs', () => {
  test('finds two lungs, with vessels and opacities in them, without the airway between them', () => {
    const vessels: Disc[] = [[75, 80, 5, 5, 220], [160, 110, 8, 4, 230], [175, 70, 14, 10, 140], [50, 110, 12, 16, 200]];
    const airway: Disc = [120, 80, 7, 8, 20];
    const lungs = findLungs(paint(body, left, right, airway, ...vessels));
    expect(dice(lungs, [left, right])).toBeGreaterThan(0.96);
    expect(lungs.found && lungs.mask.data[80 * 240 + 120]).toBe(0);
    expect(lungs.found && lungs.mask.data[80 * 240 + 75]).toBe(1);
    expect(lungs.found && lungs.share).toBeCloseTo((2 * Math.PI * 34 * 52) / (240 * 180), 1);
  });

  test('does so in any window, in colour, and within a white frame', () => {
    const dim = paint([120, 95, 105, 75, 90], [75, 95, 34, 52, 0], [165, 95, 34, 52, 0], [120, 60, 20, 15, 250]);
    expect(dice(findLungs(dim), [left, right])).toBeGreaterThan(0.95);
    const plain = paint(body, left, right);
    const rgb: Picture = { ...plain, channels: 3, data: plain.data.reduce((data, value, at) => (data.fill(value, 3 * at, 3 * at + 3), data), new Uint8Array(3 * plain.data.length)) };
    expect(findLungs(rgb)).toStrictEqual(findLungs(plain));
    const page: Picture = { width: 280, height: 200, channels: 1, data: new Uint8Array(280 * 200).fill(255) };
    const framed = findLungs(paste(page, plain, { x: 30, y: 5 }));
    const cut = framed.found ? Uint8Array.from(plain.data, (_, at) => framed.mask.data[(Math.floor(at / 240) + 5) * 280 + (at % 240) + 30] ?? 0) : new Uint8Array();
    expect(dice({ found: true, share: 0, mask: { width: 240, height: 180, data: cut } }, [left, right])).toBeGreaterThan(0.96);
  });

  test('a lung may be cut by the edge; the air between back and table is none', () => {
    const near: Disc = [20, 95, 34, 52, 50];
    const table: Disc = [120, 178, 90, 6, 210];
    expect(dice(findLungs(paint([105, 95, 130, 80, 210], near, [150, 95, 34, 52, 50], table)), [near, [150, 95, 34, 52, 50]])).toBeGreaterThan(0.95);
  });

  test.each([
    ['no-contrast', paint()],
    ['no-air', paint(body)],
    ['too-small', paint(body, [75, 95, 8, 9, 30], [165, 95, 8, 9, 30])],
    ['one-sided', paint(body, left)],
  ] as const)('abstains: %s', (reason, picture) => {
    expect(findLungs(picture)).toStrictEqual({ found: false, reason });
  });

  test('finds the lungs of synthetic phantoms, and works on pictures of a few pixels', () => {
    const shares = Array.from({ length: 12 }, (_, patient) => {
      const lungs = findLungs(drawPhantom({ patient, lesions: patient % 2 === 0 ? 'none' : 'opacities', width: 160, height: 120 }));
      return lungs.found ? lungs.share : 0;
    });
    expect(shares.filter((share) => share > 0.08 && share < 0.6).length).toBeGreaterThanOrEqual(11);
    expect(findLungs({ width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 200, 0) }).found).toBe(false);
  });
});
