/** Residual networks (He et al. 2016), as `torchvision/models/resnet.py` names, shapes and initialises them: the stride of a bottleneck is at its 3×3. */
import { add, batchNorm2d, conv2d, dropout, kaimingNormal, linear, maxPool2d, relu, type Network, type Pair, type Scope, type Value } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions, NetworkOutput } from '../architecture.ts';
import { ratesOf, globalPool } from '../options.ts';

type Block = (scope: Scope, x: Value, width: number, stride: number) => Value;

/** Convolution and batch norm, the n-th of a block. */
function convolved(scope: Scope, n: number, x: Value, out: number, kernel: 1 | 3, stride: Pair): Value {
  const y = conv2d(scope.at(`conv${n}`), x, { out, kernel, stride, padding: kernel === 3 ? 1 : 0, bias: false, start: kaimingNormal('fanOut') });
  return batchNorm2d(scope.at(`bn${n}`), y);
}

/** The way round a block: the input itself, or a 1×1 convolution where sizes differ. */
function shortcut(scope: Scope, x: Value, out: number, stride: number): Value {
  if (stride === 1 && x.shape[1] === out) return x;
  const y = conv2d(scope.at('downsample.0'), x, { out, kernel: 1, stride, bias: false, start: kaimingNormal('fanOut') });
  return batchNorm2d(scope.at('downsample.1'), y);
}

const basicBlock: Block = (scope, x, width, stride) => {
  const first = relu(convolved(scope, 1, x, width, 3, stride));
  const y = convolved(scope, 2, first, width, 3, 1);
  return relu(add(y, shortcut(scope, x, width, stride)));
};

const bottleneckBlock: Block = (scope, x, width, stride) => {
  const narrow = relu(convolved(scope, 1, x, width, 1, 1));
  const middle = relu(convolved(scope, 2, narrow, width, 3, stride));
  const y = convolved(scope, 3, middle, 4 * width, 1, 1);
  return relu(add(y, shortcut(scope, x, 4 * width, stride)));
};

function resNet(block: Block, layers: readonly number[], options: ArchitectureOptions): Network<NetworkOutput> {
  const { dropout: rate } = ratesOf(options, { dropout: 0 });
  return (scope, input) => {
    const stem = conv2d(scope.at('conv1'), input, { out: 64, kernel: 7, stride: 2, padding: 3, bias: false, start: kaimingNormal('fanOut') });
    let x = maxPool2d(relu(batchNorm2d(scope.at('bn1'), stem)), 3, { stride: 2, padding: 1 });
    layers.forEach((count, stage) => {
      for (let i = 0; i < count; i++) x = block(scope.at(`layer${stage + 1}.${i}`), x, 64 * 2 ** stage, stage > 0 && i === 0 ? 2 : 1);
    });
    const embedding = globalPool(x);
    return { features: x, embedding, logits: linear(scope.at('fc'), dropout(scope, embedding, rate), { out: options.classes }) };
  };
}

const member = (depth: number, block: Block, layers: readonly number[]): Architecture => ({
  name: `resnet${depth}`,
  title: `ResNet-${depth}`,
  inputSize: 224,
  leastSize: 1,
  head: ['fc.weight', 'fc.bias'],
  stem: 'conv1.weight',
  network: (options) => resNet(block, layers, options),
});

/** `features` is `layer4`'s output; torchvision's has no dropout, so here it stands before `fc` and is 0 by default. */
export const resNets: readonly Architecture[] = [member(18, basicBlock, [2, 2, 2, 2]), member(50, bottleneckBlock, [3, 4, 6, 3])];
