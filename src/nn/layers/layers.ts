/** Layers in the terms, names, defaults and initialisation of `torch.nn`. */
import type { Start, Value } from '../graph/tape.ts';
import { batchNormFixedOperation, batchNormTrainingOperation } from '../ops/batch-norm.ts';
import { convolutionOperation } from '../ops/convolution.ts';
import { at } from '../ops/inputs.ts';
import { linearOperation } from '../ops/linear.ts';
import { samePadding, type Padding } from '../ops/window.ts';
import { matrix, nchw } from '../tensor.ts';
import { asPair, multiply, type Pair } from './functional.ts';
import type { Scope } from './scope.ts';

export const zeros: Start = { kind: 'constant', value: 0 };
export const ones: Start = { kind: 'constant', value: 1 };

/** U(−b, b). */
export const uniformStart = (bound: number): Start => ({ kind: 'uniform', low: -bound, high: bound });
/** N(0, deviation²). */
export const normalStart = (deviation: number): Start => ({ kind: 'normal', mean: 0, deviation });

/** Fans of a kernel `[O, I/groups, kh, kw]` as `torch.nn.init` counts them: fan-in per group, fan-out over all outputs. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** `torch.nn.init.kaiming_normal_` for ReLU, by fan-out or fan-in. */
export const kaimingNormal = (mode: keyof Fans) => (fans: Fans): Start => normalStart(Math.sqrt(2 / fans[mode]));

/** What torch's Conv2d and Linear start from: `kaiming_uniform_(a=√5)`, which is U(±1/√fan_in). */
const defaultStart = ({ fanIn }: Fans): Start => uniformStart(1 / Math.sqrt(fanIn));

export interface Conv2dOptions {
  readonly out: number;
  readonly kernel: Pair;
  /** 1 */
  readonly stride?: Pair;
  /** 0; `[top, left, bottom, right]` where sides differ; `'same'` for TensorFlow's rule, which pads the far side more. */
  readonly padding?: Pair | Padding | 'same';
  /** 1 */
  readonly dilation?: Pair;
  /** 1; as many as channels for a depthwise convolution. */
  readonly groups?: number;
  /** true */
  readonly bias?: boolean;
  readonly start?: (fans: Fans) => Start;
  readonly biasStart?: (fans: Fans) => Start;
}

function paddingOf(x: Value, padding: Pair | Padding | 'same', window: { kernel: readonly [number, number]; stride: readonly [number, number]; dilation: readonly [number, number] }): Padding {
  if (padding === 'same') {
    const [, , h, w] = nchw(x.shape, 'conv2d');
    return samePadding([h, w], window);
  }
  if (typeof padding === 'number') return [padding, padding, padding, padding];
  if (padding.length === 4) return padding;
  return [padding[0], padding[1], padding[0], padding[1]];
}

/** `torch.nn.Conv2d`: parameters `weight` `[out, in/groups, kh, kw]` and `bias` `[out]`. */
export function conv2d(scope: Scope, x: Value, options: Conv2dOptions): Value {
  const [kh, kw] = asPair(options.kernel);
  const groups = options.groups ?? 1;
  const perGroup = at(x.shape, 1) / groups;
  const window = { kernel: [kh, kw] as const, stride: asPair(options.stride ?? 1), dilation: asPair(options.dilation ?? 1) };
  const fans: Fans = { fanIn: perGroup * kh * kw, fanOut: options.out * kh * kw };
  const weight = scope.parameter('weight', [options.out, perGroup, kh, kw], (options.start ?? defaultStart)(fans));
  const inputs = options.bias === false ? [x, weight] : [x, weight, scope.parameter('bias', [options.out], (options.biasStart ?? defaultStart)(fans))];
  return scope.tape.apply1(convolutionOperation, inputs, { stride: window.stride, dilation: window.dilation, padding: paddingOf(x, options.padding ?? 0, window), groups });
}

export interface LinearOptions {
  readonly out: number;
  /** true */
  readonly bias?: boolean;
  readonly start?: (fans: Fans) => Start;
  readonly biasStart?: (fans: Fans) => Start;
}

/** `torch.nn.Linear`: parameters `weight` `[out, in]` and `bias` `[out]`; x `[N, in]`. */
export function linear(scope: Scope, x: Value, options: LinearOptions): Value {
  const [, features] = matrix(x.shape, 'linear');
  const fans: Fans = { fanIn: features, fanOut: options.out };
  const weight = scope.parameter('weight', [options.out, features], (options.start ?? defaultStart)(fans));
  const inputs = options.bias === false ? [x, weight] : [x, weight, scope.parameter('bias', [options.out], (options.biasStart ?? defaultStart)(fans))];
  return scope.tape.apply1(linearOperation, inputs, null);
}

export interface BatchNorm2dOptions {
  /** 1e-5 */
  readonly epsilon?: number;
  /** 0.1: how far a batch moves the running statistics. */
  readonly momentum?: number;
  /** Keep the running statistics even while training. */
  readonly frozen?: boolean;
  readonly weightStart?: Start;
}

/** `torch.nn.BatchNorm2d`: `weight`, `bias`, `running_mean`, `running_var` `[C]`, and `num_batches_tracked`. */
export function batchNorm2d(scope: Scope, x: Value, options: BatchNorm2dOptions = {}): Value {
  const [n, channels, h, w] = nchw(x.shape, 'batchNorm2d');
  const epsilon = options.epsilon ?? 1e-5;
  const weight = scope.parameter('weight', [channels], options.weightStart ?? ones);
  const bias = scope.parameter('bias', [channels], zeros);
  const mean = scope.buffer('running_mean', [channels], zeros);
  const variance = scope.buffer('running_var', [channels], ones);
  scope.tape.counter(scope.name('num_batches_tracked'));
  const frozen = options.frozen === true || scope.options.frozenBatchNorm?.(scope.path) === true;
  if (!scope.training || frozen) return scope.tape.apply1(batchNormFixedOperation, [x, weight, bias, mean, variance], { epsilon });
  const outputs = scope.tape.apply(batchNormTrainingOperation, [x, weight, bias], { epsilon });
  const momentum = options.momentum ?? 0.1;
  const count = n * h * w;
  scope.tape.track({ buffer: scope.name('running_mean'), statistic: at(outputs, 1), momentum, factor: 1 });
  scope.tape.track({ buffer: scope.name('running_var'), statistic: at(outputs, 2), momentum, factor: count / (count - 1) });
  return at(outputs, 0);
}

/** `torch.nn.Dropout`: while training, each number is left out with probability `rate`, the rest scaled up. */
export function dropout(scope: Scope, x: Value, rate: number): Value {
  if (!scope.training || rate === 0) return x;
  return multiply(x, scope.tape.mask(scope.name('dropout'), x.shape, 1 - rate));
}

/** `torchvision.ops.StochasticDepth(mode='row')`: while training, a whole example's branch is left out with probability `rate`. */
export function stochasticDepth(scope: Scope, x: Value, rate: number): Value {
  if (!scope.training || rate === 0) return x;
  return multiply(x, scope.tape.mask(scope.name('stochastic_depth'), x.shape.map((size, axis) => (axis === 0 ? size : 1)), 1 - rate));
}
