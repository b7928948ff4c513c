/**
 * EfficientNet (Tan & Le 2019, table 1) and EfficientNet-Lite, as `timm/models/efficientnet.py` names, shapes and
 * initialises them: `efficientnet_b0`, `efficientnet_b1` and `tf_efficientnet_lite0`.
 */
import {
  add,
  batchNorm2d,
  conv2d,
  dropout,
  linear,
  mean,
  multiply,
  normalStart,
  relu6,
  sigmoid,
  silu,
  stochasticDepth,
  uniformStart,
  zeros,
  type Network,
  type Scope,
  type Value,
} from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions, NetworkOutput } from '../architecture.ts';
import { ratesOf, globalPool } from '../options.ts';

interface Variant {
  /** B0's stages are repeated this much as often, rounded up. */
  readonly depth: number;
  /** Lite: ReLU6 for SiLU, no squeeze-excite, TensorFlow's padding and epsilon; the first and last stage keep their depth. */
  readonly lite: boolean;
}

interface Stage {
  readonly repeats: number;
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2;
  /** How much wider a block is inside; 1: no expanding convolution. */
  readonly expansion: 1 | 6;
  readonly out: number;
}

const stages: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, out: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, out: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, out: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, out: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, out: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, out: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, out: 320 },
];

/** The layers that a variant is made of. */
function kit({ lite }: Variant) {
  const activate = lite ? relu6 : silu;
  return {
    activate,
    norm: (scope: Scope, x: Value): Value => batchNorm2d(scope, x, { epsilon: lite ? 1e-3 : 1e-5 }),
    /** Google's initialisation: N(0, 2 / fan-out), where fan-out counts the outputs of one group. */
    conv: (scope: Scope, x: Value, out: number, kernel: number, stride: number, groups = 1, bias = false): Value =>
      conv2d(scope, x, {
        out,
        kernel,
        stride,
        padding: lite ? 'same' : (kernel - 1) / 2,
        groups,
        bias,
        start: ({ fanOut }) => normalStart(Math.sqrt((2 * groups) / fanOut)),
        biasStart: () => zeros,
      }),
  };
}

type Kit = ReturnType<typeof kit>;

/** x times a gate per channel; the gate is narrow inside, by a quarter of the block's input. */
function squeezeExcite(scope: Scope, { conv, activate }: Kit, x: Value, narrow: number): Value {
  const reduced = activate(conv(scope.at('conv_reduce'), mean(x, [2, 3]), narrow, 1, 1, 1, true));
  return multiply(x, sigmoid(conv(scope.at('conv_expand'), reduced, x.shape[1] ?? 0, 1, 1, 1, true)));
}

function invertedResidual(scope: Scope, layers: Kit, x: Value, { kernel, stride, expansion, out }: Stage, lite: boolean, dropPath: number): Value {
  const channels = x.shape[1] ?? 0;
  const wide = channels * expansion;
  const expanding = expansion > 1;
  // timm numbers the batch norms in order, so that a block without an expanding convolution has one fewer.
  const first = expanding ? layers.activate(layers.norm(scope.at('bn1'), layers.conv(scope.at('conv_pw'), x, wide, 1, 1))) : x;
  const deep = layers.activate(layers.norm(scope.at(expanding ? 'bn2' : 'bn1'), layers.conv(scope.at('conv_dw'), first, wide, kernel, stride, wide)));
  const gated = lite ? deep : squeezeExcite(scope.at('se'), layers, deep, Math.round(channels / 4));
  const y = layers.norm(scope.at(expanding ? 'bn3' : 'bn2'), layers.conv(scope.at(expanding ? 'conv_pwl' : 'conv_pw'), gated, out, 1, 1));
  return stride === 1 && channels === out ? add(stochasticDepth(scope, y, dropPath), x) : y;
}

function efficientNet(variant: Variant, options: ArchitectureOptions): Network<NetworkOutput> {
  const rates = ratesOf(options, { dropout: 0, dropPath: true });
  const layers = kit(variant);
  const depths = stages.map(({ repeats }, i) => (variant.lite && (i === 0 || i === stages.length - 1) ? repeats : Math.ceil(repeats * variant.depth)));
  const blocks = depths.reduce((sum, depth) => sum + depth, 0);
  return (scope, input) => {
    let x = layers.activate(layers.norm(scope.at('bn1'), layers.conv(scope.at('conv_stem'), input, 32, 3, 2)));
    let block = 0;
    stages.forEach((stage, s) => {
      for (let i = 0; i < (depths[s] ?? 0); i++) {
        const dropPath = (rates.dropPath * block++) / blocks;
        x = invertedResidual(scope.at(`blocks.${s}.${i}`), layers, x, { ...stage, stride: i === 0 ? stage.stride : 1 }, variant.lite, dropPath);
      }
    });
    const features = layers.activate(layers.norm(scope.at('bn2'), layers.conv(scope.at('conv_head'), x, 1280, 1, 1)));
    const embedding = globalPool(features);
    const logits = linear(scope.at('classifier'), dropout(scope, embedding, rates.dropout), {
      out: options.classes,
      start: ({ fanOut }) => uniformStart(1 / Math.sqrt(fanOut)),
      biasStart: () => zeros,
    });
    return { features, embedding, logits };
  };
}

const member = (name: string, title: string, inputSize: number, variant: Variant): Architecture => ({
  name,
  title,
  inputSize,
  leastSize: 1,
  head: ['classifier.weight', 'classifier.bias'],
  stem: 'conv_stem.weight',
  network: (options) => efficientNet(variant, options),
});

/**
 * `features` is what comes after the head convolution's batch norm and activation; dropout stands before `classifier`.
 * Dropout and stochastic depth are 0 by default, as in timm, which advises 0.2 for both when training from the start.
 */
export const efficientNets: readonly Architecture[] = [
  member('efficientnet_b0', 'EfficientNet-B0', 224, { depth: 1, lite: false }),
  member('efficientnet_b1', 'EfficientNet-B1', 240, { depth: 1.1, lite: false }),
  member('efficientnet_lite0', 'EfficientNet-Lite0', 224, { depth: 1, lite: true }),
];
