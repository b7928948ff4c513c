/** DenseNet-BC (Huang et al. 2017, table 1), as `torchvision/models/densenet.py` names, shapes and initialises it. */
import { averagePool2d, batchNorm2d, concat, conv2d, dropout, kaimingNormal, linear, maxPool2d, relu, zeros, type Network, type Scope, type Value } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions, NetworkOutput } from '../architecture.ts';
import { ratesOf, globalPool } from '../options.ts';

const growth = 32;
/** A bottleneck has as many channels as this many layers add. */
const bottleneck = 4;
const start = kaimingNormal('fanIn');

/** Batch norm, ReLU, 1×1 to 128 channels; batch norm, ReLU, 3×3 to 32. */
function denseLayer(scope: Scope, x: Value, rate: number): Value {
  const narrow = conv2d(scope.at('conv1'), relu(batchNorm2d(scope.at('norm1'), x)), { out: bottleneck * growth, kernel: 1, bias: false, start });
  const added = conv2d(scope.at('conv2'), relu(batchNorm2d(scope.at('norm2'), narrow)), { out: growth, kernel: 3, padding: 1, bias: false, start });
  return dropout(scope, added, rate);
}

function denseBlock(scope: Scope, x: Value, layers: number, rate: number): Value {
  let features: readonly Value[] = [x];
  // A new list each time: a concatenation keeps the one that it was given.
  for (let layer = 1; layer <= layers; layer++) features = [...features, denseLayer(scope.at(`denselayer${layer}`), concat(features), rate)];
  return concat(features);
}

/**
 * Halves the channels, and the picture. torchvision convolves first: a mean over pixels and a weighted sum over channels may change
 * places, and the convolution then has a quarter of the pixels (8 % of the multiplications of DenseNet-169, forwards and backwards).
 */
function transition(scope: Scope, x: Value): Value {
  const half = averagePool2d(relu(batchNorm2d(scope.at('norm'), x)), 2);
  return conv2d(scope.at('conv'), half, { out: Math.floor((x.shape[1] ?? 0) / 2), kernel: 1, bias: false, start });
}

function denseNet(blocks: readonly number[], options: ArchitectureOptions): Network<NetworkOutput> {
  const { dropout: rate } = ratesOf(options, { dropout: 0 });
  return (scope, input) => {
    const at = (name: string): Scope => scope.at(`features.${name}`);
    const stem = conv2d(at('conv0'), input, { out: 64, kernel: 7, stride: 2, padding: 3, bias: false, start });
    let x = maxPool2d(relu(batchNorm2d(at('norm0'), stem)), 3, { stride: 2, padding: 1 });
    blocks.forEach((layers, i) => {
      x = denseBlock(at(`denseblock${i + 1}`), x, layers, rate);
      if (i < blocks.length - 1) x = transition(at(`transition${i + 1}`), x);
    });
    const features = relu(batchNorm2d(at('norm5'), x));
    const embedding = globalPool(features);
    return { features, embedding, logits: linear(scope.at('classifier'), embedding, { out: options.classes, biasStart: () => zeros }) };
  };
}

/** torchvision's files of before 2018 say `norm.1` where the network says `norm1`. */
const currentName = (name: string): string => name.replace(/(\.denselayer\d+\.(?:norm|relu|conv))\.([12]\.)/, '$1$2');

const member = (depth: number, blocks: readonly number[]): Architecture => ({
  name: `densenet${depth}`,
  title: `DenseNet-${depth}`,
  inputSize: 224,
  leastSize: 29,
  head: ['classifier.weight', 'classifier.bias'],
  stem: 'features.conv0.weight',
  currentName,
  network: (options) => denseNet(blocks, options),
});

/** `features` is what comes after `norm5` and its ReLU; dropout is torchvision's `drop_rate`, after every dense layer, 0 by default. */
export const denseNets: readonly Architecture[] = [member(121, [6, 12, 24, 16]), member(169, [6, 12, 32, 32])];
