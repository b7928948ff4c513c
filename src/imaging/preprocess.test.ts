import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../base/index.ts';
import oracle from '../../tests/oracles/pillow/preprocess.json' with { type: 'json' };
import { plannedSize, preprocess, writeTensor, type Picture, type PreprocessPlan } from './index.ts';
import { decodePicture } from './node.ts';

const planSchema = z.strictObject({
  resize: z.union([z.strictObject({ shorterSide: z.int() }), z.strictObject({ width: z.int(), height: z.int() })]),
  filter: z.enum(['bilinear', 'bicubic']),
  crop: z.int().optional(),
  channels: z.union([z.literal(1), z.literal(3)]),
  mean: z.array(z.number()),
  std: z.array(z.number()),
});
const cases = z
  .array(z.strictObject({ picture: z.int(), plan: planSchema, shape: z.array(z.int()), first: z.number(), sha256: z.string() }))
  .parse(oracle.cases);

const bytesOf = (tensor: Float32Array): Uint8Array => new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength);
const half: PreprocessPlan = { resize: { width: 2, height: 2 }, filter: 'bilinear', channels: 3, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const gray: Picture = { width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 51, 255, 102) };

describe('preprocess equals Pillow and torchvision, bit for bit', () => {
  it.each(cases.map((each) => {
    const picture = oracle.pictures[each.picture];
    return [`${picture?.mode} ${picture?.width}×${picture?.height}, ${JSON.stringify(each.plan.resize)}, crop ${each.plan.crop ?? 'none'}, ${each.plan.channels} channels`, each] as const;
  }))('%s', async (_, each) => {
    const picture = await decodePicture(Buffer.from(oracle.pictures[each.picture]?.png ?? '', 'base64'));
    const tensor = preprocess(picture, each.plan);
    expect(tensor[0]).toBe(each.first);
    expect(sha256(bytesOf(tensor))).toBe(each.sha256);
    const size = plannedSize(each.plan);
    expect([each.plan.channels, size?.height, size?.width]).toEqual(each.shape);
  });
});

describe('writeTensor', () => {
  it('fills a place of a batch, repeats gray, drops alpha and leaves the rest alone', () => {
    const batch = new Float32Array(2 * 12).fill(9);
    writeTensor(gray, half.mean, half.std, batch, 12);
    expect([...batch.subarray(0, 12)]).toEqual(Array.from({ length: 12 }, () => 9));
    expect([...batch.subarray(12)]).toEqual([...preprocess(gray, half)]);
    expect([...batch.subarray(12, 16)]).toEqual([-1, Math.fround(Math.fround(51 / 255) - 0.5) / 0.5, 1, Math.fround(Math.fround(102 / 255) - 0.5) / 0.5].map(Math.fround));
    const clear: Picture = { width: 1, height: 1, channels: 4, data: Uint8Array.of(255, 0, 255, 0) };
    const pixel = new Float32Array(3);
    writeTensor(clear, half.mean, half.std, pixel);
    expect([...pixel]).toEqual([1, -1, 1]);
  });

  it('refuses what does not fit', () => {
    expect(() => writeTensor(gray, [0.5, 0.5], [1, 1], new Float32Array(8))).toThrow(RangeError);
    expect(() => writeTensor(gray, [0.5], [0], new Float32Array(4))).toThrow(RangeError);
    expect(() => writeTensor(gray, [Number.NaN], [1], new Float32Array(4))).toThrow(RangeError);
    expect(() => writeTensor(gray, [0.5], [1], new Float32Array(4), 1)).toThrow(RangeError);
    expect(() => preprocess(gray, { ...half, channels: 1 })).toThrow(RangeError);
    expect(plannedSize({ ...half, resize: { shorterSide: 8 } })).toBeUndefined();
  });
});
