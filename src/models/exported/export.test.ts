import { describe, expect, it } from 'vitest';
import { NnError } from '../../nn/index.ts';
import { exportModel, findArchitecture, freshState, openModel, parseCard, readModelCard, researchOnly, type ModelCard } from '../index.ts';
import { cardFor } from '../../../tests/support/exported-model.ts';
import { ruleTensor } from '../../../tests/support/rule.ts';
import { cardFromMetadata, cardToMetadata } from './card.ts';

function exported(name: string, inputSize: number, explain: boolean) {
  const architecture = findArchitecture(name);
  const options = { classes: 2 };
  return exportModel(architecture, options, freshState(architecture, options, 1), cardFor(name, inputSize), { explain });
}

/** Largest absolute difference. */
function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return most;
}

describe.each(['densenet121', 'resnet18', 'efficientnet_lite0', 'efficientnet_b0'])('%s, exported', (name) => {
  it('carries its card, and one file serves batches of 1, 3 and 8 with equal results', async () => {
    const size = 32;
    const onnx = await exported(name, size, true);
    const { card, outputs, model } = await openModel(onnx, { threads: 1 });
    expect(card).toEqual(cardFor(name, size));
    expect(outputs).toEqual(['logits', 'probabilities', 'gradcam', 'input_gradient']);
    const [data, numbers] = [ruleTensor([8, 3, size, size], 5), 3 * size * size];
    const run = (from: number, count: number) => model.run({ input: { shape: [count, 3, size, size], data: data.slice(from * numbers, (from + count) * numbers) } });
    const whole = await run(0, 8);
    const sums = whole['probabilities']?.data ?? [];
    for (let i = 0; i < 8; i++) expect((sums[2 * i] ?? 0) + (sums[2 * i + 1] ?? 0)).toBeCloseTo(1, 6);
    for (const [from, count] of [[0, 1], [2, 3], [7, 1]] as const) {
      for (const [output, { data: part }] of Object.entries(await run(from, count))) {
        const all = whole[output]?.data ?? new Float32Array();
        expect(farthest(part, all.subarray((from * all.length) / 8, ((from + count) * all.length) / 8)), `${output}, ${count} from ${from}`).toBeLessThan(1e-5);
      }
    }
    await model.close();
  });
});

describe('a card', () => {
  const card = cardFor('resnet18', 64);

  it('comes back from metadata as it was, other keys passed over, with the sentence that it is for research only', () => {
    expect(cardFromMetadata({ ...cardToMetadata(card), other: 'x' })).toEqual(card);
    expect(cardToMetadata(card)['intended_use']).toBe(researchOnly);
    const exact: ModelCard = { ...card, preprocessing: { resize: { width: 64, height: 64 }, filter: 'bicubic', passOrder: 'rows-first', channels: 1, mean: [0.5], std: [0.25] } };
    expect(cardFromMetadata(cardToMetadata(exact))).toEqual(exact);
  });

  it.each([
    ['a positive class that is none', { ...card, positive: 'covid' }, /positive.*none of the classes/],
    ['a class twice', { ...card, classes: ['COVID', 'COVID'] }, /stands twice/],
    ['a plan of another size', { ...card, inputSize: 224 }, /gives 64×64, and the network takes 224×224/],
    ['a plan without a fixed size', { ...card, preprocessing: { ...card.preprocessing, crop: undefined } }, /no fixed size/],
    ['means of another number', { ...card, preprocessing: { ...card.preprocessing, mean: [0.5] } }, /1 means and 3 deviations/],
    ['a deviation of 0', { ...card, preprocessing: { ...card.preprocessing, std: [0, 1, 1] } }, /preprocessing\.std\.0/],
    ['an empty licence', { ...card, licence: '' }, /licence/],
  ])('with %s is refused', (_, wrong, message) => {
    expect(() => parseCard(wrong)).toThrow(message);
  });

  it.each([
    ['format', 'covid-ct model 2', /reads "covid-ct model 1"/],
    ['intended_use', 'For diagnosis.', /intended_use/],
    ['classes', 'COVID', /classes is not JSON/],
    ['input_size', '64.5', /inputSize/],
  ])('whose %s is %j is refused', (key, value, message) => {
    expect(() => cardFromMetadata({ ...cardToMetadata(card), [key]: value })).toThrow(message);
  });

  it('must fit the network', async () => {
    const architecture = findArchitecture('resnet18');
    const state = freshState(architecture, { classes: 2 }, 1);
    await expect(exportModel(architecture, { classes: 2 }, state, { ...card, architecture: 'resnet50' })).rejects.toThrow(/names resnet50/);
    await expect(exportModel(architecture, { classes: 2 }, state, { ...card, classes: ['A', 'B', 'COVID'] })).rejects.toThrow(/names 3 classes/);
    await expect(exportModel(architecture, { classes: 2, channels: 1 }, state, card)).rejects.toThrow(/prepares 3 channels/);
    await expect(exportModel(architecture, { classes: 3 }, state, card)).rejects.toBeInstanceOf(NnError);
  });
});

describe('readModelCard', () => {
  it('refuses a file that is cut, lengthened, changed in any place, or not sealed, and says where', async () => {
    const onnx = await exported('efficientnet_lite0', 32, false);
    await expect(readModelCard(onnx)).resolves.toMatchObject({ outputs: ['logits', 'probabilities'] });
    const changed = (at: number) => {
      const copy = onnx.slice();
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    await expect(readModelCard(changed(0))).rejects.toThrow(/bytes 0 to 1048576/);
    await expect(readModelCard(changed(2_000_000))).rejects.toThrow(/bytes 1048576 to 2097152/);
    await expect(readModelCard(onnx.subarray(0, -1))).rejects.toThrow(/at the seal/);
    await expect(readModelCard(onnx.subarray(0, 5_000_000))).rejects.toThrow(/seal is missing/);
  });
});
