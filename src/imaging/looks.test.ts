import { expect, it } from 'vitest';
import { describeLooks, likeness, looksLength, nearestLooks } from './looks.ts';
import { drawPhantom } from './phantom.ts';
import { resize } from './resize.ts';

it('finds a picture again whatever its size and brightness, before other patients', () => {
  const phantoms = Array.from({ length: 8 }, (_, patient) => drawPhantom({ patient, lesions: patient % 2 === 0 ? 'opacities' : 'none' }));
  const all = new Int8Array(phantoms.length * looksLength);
  for (const [i, phantom] of phantoms.entries()) all.set(describeLooks(phantom), i * looksLength);
  const third = phantoms[3] ?? phantoms[0];
  if (third === undefined) throw new Error('there are eight');
  const small = resize(third, 150, 120, 'bilinear');
  const dim = { ...small, data: small.data.map((value) => Math.round(value * 0.6 + 20)) };
  const [first, second] = nearestLooks(describeLooks(dim), all, 2);
  expect(first?.index).toBe(3);
  expect(first?.likeness).toBeGreaterThan(0.99);
  expect(second?.likeness).toBeLessThan(first?.likeness ?? 0);
  expect(nearestLooks(describeLooks(dim), all, 3, (index) => index !== 3).map(({ index }) => index)).not.toContain(3);
});

it('a picture of one gray is like nothing', () => {
  const flat = { width: 20, height: 20, channels: 1, data: new Uint8Array(400).fill(90) } as const;
  expect(likeness(describeLooks(flat), describeLooks(flat))).toBe(0);
});
