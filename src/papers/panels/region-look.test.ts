import { expect, it } from 'vitest';
import { drawPhantom, type Picture } from '../../imaging/index.ts';
import { gatherEvidence } from './evidence.ts';
import { regionLook, regionLookNames } from './region-look.ts';

const phantom = drawPhantom({ patient: 3, lesions: 'none', width: 160, height: 120 });
const whole = { x: 0, y: 0, width: 160, height: 120 };

it('a region looks alike whatever its window, and wherever it stands', () => {
  const look = regionLook(gatherEvidence(phantom), whole);
  expect(look).toHaveLength(regionLookNames.length);
  expect(look.slice(0, -1).reduce((sum, value) => sum + value, 0)).toBeCloseTo(0);
  expect(look.at(-1)).toBeCloseTo(Math.log(160 / 120));
  const darker: Picture = { ...phantom, data: phantom.data.map((value) => 20 + Math.floor(value / 2)) };
  for (const [i, value] of regionLook(gatherEvidence(darker), whole).entries()) expect(Math.abs(value - (look[i] ?? 99))).toBeLessThan(0.05);
  const wide: Picture = { width: 200, height: 120, channels: 1, data: new Uint8Array(200 * 120).fill(255) };
  for (let y = 0; y < 120; y++) for (let x = 0; x < 160; x++) wide.data[y * 200 + x + 40] = phantom.data[(y * 160 + x) * phantom.channels] ?? 0;
  expect(regionLook(gatherEvidence(wide), { ...whole, x: 40 })).toEqual(look);
});
