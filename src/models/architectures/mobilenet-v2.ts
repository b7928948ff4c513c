/** MobileNetV2 (Sandler et al. 2018, table 2), as `torchvision/models/mobilenetv2.py` names, shapes and initialises it. */
import { add, batchNorm2d, conv2d, dropout, kaimingNormal, linear, normalStart, relu6, zeros, type Network, type Scope, type Value } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions, NetworkOutput } from '../architecture.ts';
import { ratesOf, globalPool } from '../options.ts';

/** How much wider a block is inside, its channels, how often it is repeated, the stride of the first. */
const stages: readonly (readonly [expansion: number, out: number, repeats: number, stride: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

const convolution = (scope: Scope, x: Value, out: number, kernel: 1 | 3, stride: number, groups: number): Value =>
  conv2d(scope, x, { out, kernel, stride, padding: (kernel - 1) / 2, groups, bias: false, start: kaimingNormal('fanOut') });

/** torchvision's `Conv2dNormActivation`: modules 0 (convolution) and 1 (batch norm), then ReLU6. */
const convolved = (scope: Scope, x: Value, out: number, kernel: 1 | 3, stride: number, groups = 1): Value =>
  relu6(batchNorm2d(scope.at(1), convolution(scope.at(0), x, out, kernel, stride, groups)));

function invertedResidual(scope: Scope, x: Value, out: number, stride: number, expansion: number): Value {
  const channels = x.shape[1] ?? 0;
  const wide = channels * expansion;
  const first = expansion === 1 ? 0 : 1;
  const expanded = expansion === 1 ? x : convolved(scope.at('conv.0'), x, wide, 1, 1);
  const deep = convolved(scope.at(`conv.${first}`), expanded, wide, 3, stride, wide);
  const y = batchNorm2d(scope.at(`conv.${first + 2}`), convolution(scope.at(`conv.${first + 1}`), deep, out, 1, 1, 1));
  return stride === 1 && channels === out ? add(x, y) : y;
}

function mobileNetV2(options: ArchitectureOptions): Network<NetworkOutput> {
  const { dropout: rate } = ratesOf(options, { dropout: 0.2 });
  return (scope, input) => {
    let x = convolved(scope.at('features.0'), input, 32, 3, 2);
    let module = 1;
    for (const [expansion, out, repeats, stride] of stages) {
      for (let i = 0; i < repeats; i++) x = invertedResidual(scope.at(`features.${module++}`), x, out, i === 0 ? stride : 1, expansion);
    }
    const features = convolved(scope.at(`features.${module}`), x, 1280, 1, 1);
    const embedding = globalPool(features);
    const logits = linear(scope.at('classifier.1'), dropout(scope.at('classifier.0'), embedding, rate), {
      out: options.classes,
      start: () => normalStart(0.01),
      biasStart: () => zeros,
    });
    return { features, embedding, logits };
  };
}

/** `features` is what comes after the last 1×1 convolution's ReLU6; dropout stands before the last layer, 0.2 by default. */
export const mobileNetV2s: readonly Architecture[] = [
  {
    name: 'mobilenet_v2',
    title: 'MobileNetV2',
    inputSize: 224,
    leastSize: 1,
    head: ['classifier.1.weight', 'classifier.1.bias'],
    stem: 'features.0.0.weight',
    network: mobileNetV2,
  },
];
