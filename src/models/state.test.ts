import { describe, expect, it } from 'vitest';
import { fromFloat32, toFloat32, type StateDict, type StateTensor } from '../nn/index.ts';
import { findArchitecture, fitState, freshState } from './index.ts';

const resnet = findArchitecture('resnet18');
const thousand = freshState(resnet, { classes: 1000 }, 1);

/** The state with other tensors; undefined takes one away. */
function changed(state: StateDict, changes: Readonly<Record<string, StateTensor | undefined>>): StateDict {
  const result = new Map(state);
  for (const [name, tensor] of Object.entries(changes)) {
    if (tensor === undefined) result.delete(name);
    else result.set(name, tensor);
  }
  return result;
}

describe('fitState', () => {
  it('gives back a state that fits, tensor by tensor', () => {
    const { state, replaced, summed } = fitState(resnet, { classes: 1000 }, thousand, { seed: 2 });
    expect([replaced, summed]).toEqual([[], []]);
    expect([...state]).toEqual([...thousand]);
  });

  it('replaces another head only when asked, and says so', () => {
    expect(() => fitState(resnet, { classes: 2 }, thousand, { seed: 2 })).toThrow('fc.weight has the shape [1000, 512] in the weights, and [2, 512] in ResNet-18.');
    const { state, replaced } = fitState(resnet, { classes: 2 }, thousand, { seed: 2, replaceHead: true });
    expect(replaced).toEqual(['fc.weight', 'fc.bias']);
    expect(state.get('fc.weight')).toEqual(freshState(resnet, { classes: 2 }, 2).get('fc.weight'));
    expect(state.get('conv1.weight')).toBe(thousand.get('conv1.weight'));
  });

  it('draws a missing head only when asked, and nothing else that is missing', () => {
    const headless = changed(thousand, { 'fc.weight': undefined, 'fc.bias': undefined });
    expect(() => fitState(resnet, { classes: 2 }, headless, { seed: 2 })).toThrow('The weights lack fc.weight, and [2, 512] in ResNet-18.');
    expect(fitState(resnet, { classes: 2 }, headless, { seed: 2, replaceHead: true }).replaced).toEqual(['fc.weight', 'fc.bias']);
    const holed = changed(thousand, { 'layer1.0.bn1.bias': undefined });
    expect(() => fitState(resnet, { classes: 1000 }, holed, { seed: 2, replaceHead: true })).toThrow('The weights lack layer1.0.bn1.bias');
  });

  it('sums the first convolution over the colours only when asked, and says so', () => {
    expect(() => fitState(resnet, { classes: 1000, channels: 1 }, thousand, { seed: 2 })).toThrow('conv1.weight has the shape [64, 3, 7, 7] in the weights, and [64, 1, 7, 7] in ResNet-18.');
    const { state, summed } = fitState(resnet, { classes: 1000, channels: 1 }, thousand, { seed: 2, sumChannels: true });
    expect(summed).toEqual(['conv1.weight']);
    const [gray, colour] = [state, thousand].map((each) => toFloat32(each.get('conv1.weight') ?? fromFloat32(new Float32Array(), [0])));
    const at = 5 * 49 + 7;
    expect(gray?.length).toBe(64 * 49);
    expect(gray?.[at]).toBeCloseTo([0, 1, 2].reduce((sum, c) => sum + (colour?.[(5 * 3 + c) * 49 + 7] ?? NaN), 0), 6);
  });

  it('names what the network does not have, and what has another shape', () => {
    const extra = changed(thousand, { 'layer9.weight': fromFloat32(Float32Array.of(1), [1]) });
    expect(() => fitState(resnet, { classes: 1000 }, extra, { seed: 2 })).toThrow('The weights hold layer9.weight with the shape [1], which ResNet-18 does not have.');
    const other = changed(thousand, { 'layer1.0.conv1.weight': fromFloat32(new Float32Array(64), [64, 1, 1, 1]) });
    expect(() => fitState(resnet, { classes: 1000 }, other, { seed: 2, replaceHead: true, sumChannels: true })).toThrow(
      'layer1.0.conv1.weight has the shape [64, 1, 1, 1] in the weights, and [64, 64, 3, 3] in ResNet-18.',
    );
  });

  it('takes names behind DataParallel\'s prefix, torchvision\'s old ones of DenseNet, and files without counters', () => {
    const densenet = findArchitecture('densenet121');
    const state = freshState(densenet, { classes: 2 }, 1);
    const old = new Map([...state].flatMap(([name, tensor]) =>
      name.endsWith('num_batches_tracked') ? [] : [[`module.${name.replace(/(denselayer\d+\.[a-z]+)([12])/, '$1.$2')}`, tensor] as const]));
    expect([...old.keys()]).toContain('module.features.denseblock1.denselayer1.norm.1.weight');
    expect([...fitState(densenet, { classes: 2 }, old, { seed: 1 }).state]).toEqual([...state]);
  });
});

describe('freshState', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(freshState(resnet, { classes: 1000 }, 1).get('conv1.weight')).toEqual(thousand.get('conv1.weight'));
    expect(freshState(resnet, { classes: 1000 }, 2).get('conv1.weight')).not.toEqual(thousand.get('conv1.weight'));
  });

  it('refuses options that make no sense', () => {
    expect(() => freshState(resnet, { classes: 0 }, 1)).toThrow('A network cannot have 0 classes.');
    expect(() => freshState(resnet, { classes: 2, dropout: 1 }, 1)).toThrow('A dropout of 1 is not at least 0 and below 1.');
    expect(() => freshState(resnet, { classes: 2, dropPath: 0.2 }, 1)).toThrow('Stochastic depth (dropPath) was asked of an architecture that has none.');
    expect(() => findArchitecture('resnet19')).toThrow('There is no architecture called "resnet19".');
  });
});
