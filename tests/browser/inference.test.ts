import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPhantom, preprocess, type PreprocessPlan } from '../../src/imaging/index.ts';
import { decodePicture, encodeJpeg, encodePng } from '../../src/imaging/node.ts';
import { openModel } from '../../src/models/index.ts';
import oracle from '../oracles/pillow/preprocess.json' with { type: 'json' };
import { exportRuleModel } from '../support/exported-model.ts';
import { ruleTensor, unpack } from '../support/rule.ts';
import { openPage, type OpenPage } from './open-page.ts';

let page: OpenPage;
beforeAll(async () => {
  page = await openPage();
});
afterAll(() => page.close());

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64'));

/** Largest absolute difference. */
function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return Number.isNaN(most) ? Infinity : most;
}

const plans: readonly PreprocessPlan[] = [
  { resize: { shorterSide: 224 }, filter: 'bilinear', crop: 224, channels: 3, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  { resize: { width: 64, height: 48 }, filter: 'bicubic', channels: 1, mean: [0.45], std: [0.33] },
];

describe('preprocessing in Chromium, from the same source as in Node', () => {
  it.each(oracle.pictures.map((each) => [`${each.mode} ${each.width}×${each.height}`, each.png] as const))('PNG %s: the same tensor, bit for bit', async (_, png) => {
    const picture = await decodePicture(bytesOf(png));
    for (const plan of plans) {
      const [theirs, ours] = [unpack(await page.calls.preprocess(png, plan)), preprocess(picture, plan)];
      expect(theirs).toHaveLength(ours.length);
      expect(Buffer.compare(Buffer.from(theirs.buffer), Buffer.from(ours.buffer))).toBe(0);
    }
  });

  it.each([
    ['gray', 95, 1],
    ['gray', 40, 1],
    ['colour', 90, 3],
  ] as const)('JPEG, %s, quality %i: within one gray level', async (_, quality, channels) => {
    const phantom = drawPhantom({ patient: 7, lesions: 'opacities' });
    const { width, height } = phantom;
    // Three different pictures as three colours, so that the chroma is not flat.
    const data = channels === 1 ? phantom.data : Uint8Array.from({ length: width * height * 3 }, (__, i) => phantom.data[(Math.floor(i / 3) + (i % 3) * 40 * width) % (width * height)] ?? 0);
    const jpeg = await encodeJpeg({ width, height, channels, data }, quality);
    const [theirs, ours] = [await page.calls.decode(base64(jpeg)), await decodePicture(jpeg)];
    expect(theirs).toMatchObject({ width, height, channels });
    expect(farthest(bytesOf(theirs.data), ours.data)).toBeLessThanOrEqual(1);
  });

  it('refuses what is no picture, cut short, or not decoded exactly', async () => {
    const png = await encodePng(drawPhantom({ patient: 8, lesions: 'none' }));
    await expect(page.calls.decode(base64(Buffer.from('<html>')))).rejects.toThrow(/does not decode this picture/);
    await expect(page.calls.decode(base64(png.subarray(0, png.length / 2)))).rejects.toThrow(/cannot be decoded/);
  });
});

describe.each(['efficientnet_lite0', 'densenet121'])('%s, exported once', (name) => {
  const size = 64;
  let onnx: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    onnx = await exportRuleModel(name, size, { explain: true });
  });

  it('gives the same logits, probabilities, maps and input gradients (≤ 1e-4) in onnxruntime-web as in onnxruntime-node', async () => {
    const [shape, tensor] = [[3, 3, size, size], ruleTensor([3, 3, size, size], 4)];
    const { model } = await openModel(onnx);
    const ours = await model.run({ input: { shape, data: tensor } });
    await model.close();
    const theirs = await page.calls.run(page.serve(`${name}.onnx`, onnx), page.serve('tensor', new Uint8Array(tensor.buffer)), shape);
    expect(Object.keys(theirs).toSorted()).toEqual(['gradcam', 'input_gradient', 'logits', 'probabilities']);
    for (const [output, { data }] of Object.entries(ours)) {
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // Scores to 1e-4 as they are; maps and gradients, which have no fixed range, as a share of their largest number.
      const scale = output === 'gradcam' || output === 'input_gradient' ? largest : 1;
      expect(largest, `largest of ${output}`).toBeGreaterThan(0);
      expect(farthest(unpack(theirs[output] ?? ''), data) / scale, `${output}`).toBeLessThanOrEqual(1e-4);
    }
  });

  it('scores a picture from its file as Node does, by the plan that the model carries', async () => {
    const png = await encodePng(drawPhantom({ patient: 9, lesions: 'nodules' }));
    const { card, model } = await openModel(onnx);
    const tensor = preprocess(await decodePicture(png), card.preprocessing);
    const ours = await model.run({ input: { shape: [1, 3, size, size], data: tensor } });
    await model.close();
    const theirs = await page.calls.predict(page.serve(`${name}.onnx`, onnx), base64(png));
    expect(theirs.card).toEqual(card);
    expect(farthest(unpack(theirs.outputs['probabilities'] ?? ''), ours['probabilities']?.data ?? [])).toBeLessThanOrEqual(1e-4);
  });

  it('is refused when damaged', async () => {
    const damaged = onnx.with(1_500_000, (onnx[1_500_000] ?? 0) ^ 1);
    expect(await page.calls.failure(page.serve('damaged.onnx', damaged))).toMatch(/damaged at bytes 1048576 to 2097152/);
  });
});

it('the page complained of nothing', () => {
  expect(page.complaints).toEqual([]);
});
