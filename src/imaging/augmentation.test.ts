import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../base/index.ts';
import { augment, drawAugmentation, drawCropBox, type AugmentationPlan } from './augmentation.ts';
import type { Picture } from './picture.ts';

const whole = z.int().nonnegative();
const recorded = z
  .object({
    width: whole,
    height: whole,
    cases: z.array(
      z.object({
        channels: z.union([z.literal(1), z.literal(3)]),
        box: z.tuple([whole, whole, whole, whole]),
        size: whole,
        flip: z.boolean(),
        jitter: z.array(z.tuple([z.enum(['brightness', 'contrast']), z.number()])),
        samples: z.base64(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../tests/oracles/torchvision/augmentation.json', import.meta.url), 'utf8')));

/** The rule of tests/oracles/torchvision/augmentation.py. */
function ruled(channels: 1 | 3): Picture {
  const { width, height } = recorded;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    data[i] = Math.floor((3 * x * x + 5 * y * y + 2 * x * y + 40 * c * x + 60 * c) / 7) % 256;
  }
  return { width, height, channels, data };
}

const plan: AugmentationPlan = { size: 16, crop: { scale: [0.5, 1], ratio: [3 / 4, 4 / 3] }, flip: 0.5, brightness: 0.2, contrast: 0.2 };

describe('augment', () => {
  it.each(recorded.cases.map((entry) => [`${entry.channels} channels, ${JSON.stringify(entry.jitter)}`, entry] as const))('equals torchvision within a gray level: %s', (_, entry) => {
    const [x, y, width, height] = entry.box;
    const jitter = entry.jitter.map(([kind, factor]) => ({ kind, factor }));
    const result = augment(ruled(entry.channels), { box: { x, y, width, height }, size: entry.size, flip: entry.flip, jitter });
    const expected = Buffer.from(entry.samples, 'base64');
    expect([result.width, result.height, result.data.length]).toEqual([entry.size, entry.size, expected.length]);
    expect(Math.max(...result.data.map((value, i) => Math.abs(value - (expected[i] ?? 999))))).toBeLessThanOrEqual(1);
  });
});

describe('drawAugmentation', () => {
  it('gives the same draw for the same stream, and another for another', () => {
    const draw = (key: string) => drawAugmentation(plan, 300, 200, createRandom(1).fork(key));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('keeps within its plan', () => {
    const random = createRandom(2);
    const draws = Array.from({ length: 2000 }, () => drawAugmentation(plan, 300, 200, random));
    for (const { box, jitter } of draws) {
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 300 && box.y + box.height <= 200).toBe(true);
      expect((box.width * box.height) / 60_000).toBeGreaterThan(0.49);
      expect(box.width / box.height).toBeGreaterThan(0.74);
      expect(box.width / box.height).toBeLessThan(1.36);
      for (const { factor } of jitter) expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.2);
    }
    const share = (of: (draw: (typeof draws)[number]) => boolean) => draws.filter(of).length / draws.length;
    expect(share((draw) => draw.flip)).toBeCloseTo(0.5, 1);
    expect(share((draw) => draw.jitter[0]?.kind === 'brightness')).toBeCloseTo(0.5, 1);
  });

  it('takes the middle where no crop of the plan fits', () => {
    expect(drawCropBox(400, 10, plan.crop, createRandom(3))).toEqual({ x: 193, y: 0, width: 13, height: 10 });
    expect(drawCropBox(10, 400, plan.crop, createRandom(3))).toEqual({ x: 0, y: 193, width: 10, height: 13 });
  });
});
