import { NnError } from '../errors.ts';
import { inPlainOrder } from '../graph/blocks.ts';
import type { Sym } from '../graph/emitter.ts';
import type { Operation } from '../graph/tape.ts';
import { formatShape, nchw, sameShape, type Shape } from '../tensor.ts';
import { biasGradientInBlocks, convolutionInBlocks, convolvesInBlocks, inputGradientInBlocks, weightGradientInBlocks } from './convolution-blocks.ts';
import { inputGradient } from './convolution-input-gradient.ts';
import { weightGradient } from './convolution-weight-gradient.ts';
import { pair } from './inputs.ts';
import { convAttributes, windowOutput, type Padding, type Window } from './window.ts';

export interface ConvolutionAttributes {
  readonly stride: readonly [number, number];
  readonly padding: Padding;
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** What a convolution's gradients need to know: its window and its groups. */
export interface ConvolutionGeometry extends Window {
  readonly groups: number;
}

function geometryOf(weight: Shape, attributes: ConvolutionAttributes): ConvolutionGeometry {
  const [, , kh, kw] = nchw(weight, 'The weight of a convolution');
  return { ...attributes, kernel: [kh, kw] };
}

function outputShape(inputs: readonly Shape[], attributes: ConvolutionAttributes): Shape {
  const [x, weight] = pair(inputs);
  const [n, c, h, w] = nchw(x, 'A convolution');
  const [out, perGroup] = nchw(weight, 'The weight of a convolution');
  if (perGroup * attributes.groups !== c || out % attributes.groups !== 0) {
    throw new NnError('SHAPE', `convolution: ${formatShape(x)} does not fit the weight ${formatShape(weight)} in ${attributes.groups} group(s).`);
  }
  const bias = inputs[2];
  if (bias !== undefined && !sameShape(bias, [out])) throw new NnError('SHAPE', `convolution: a bias of shape ${formatShape(bias)} for ${out} channels.`);
  return [n, out, ...windowOutput([h, w], geometryOf(weight, attributes))];
}

/** y = W ⋆ x (+ b): x `[N, I, H, W]`, W `[O, I / groups, kh, kw]`, b `[O]`, y `[N, O, Ho, Wo]`. */
export const convolutionOperation: Operation<ConvolutionAttributes> = {
  name: 'convolution',
  anyOrder: true,
  shapes: (inputs, attributes) => [outputShape(inputs, attributes)],
  lower: (emit, inputs, attributes) => {
    const [given, weight] = pair(inputs);
    const geometry = geometryOf(weight.shape, attributes);
    const shape = outputShape(inputs.map((sym) => sym.shape), attributes);
    const plain = (sym: Sym): Sym => inPlainOrder(emit, sym);
    if (convolvesInBlocks(emit, given, weight.shape, geometry)) {
      return {
        outputs: [convolutionInBlocks(emit, given, weight, inputs[2], shape, geometry)],
        backward: ([dy], [toX, toW, toB]) => {
          if (dy === undefined) return [];
          const dX = () => inputGradientInBlocks(emit, dy, weight, given.shape, geometry) ?? inputGradient(emit, plain(dy), weight, given.shape, geometry);
          const dW = () => weightGradientInBlocks(emit, dy, given, weight.shape, geometry) ?? weightGradient(emit, plain(dy), plain(given), weight.shape, geometry);
          return [toX === true ? dX() : undefined, toW === true ? dW() : undefined, toB === true ? biasGradientInBlocks(emit, dy) : undefined];
        },
      };
    }
    const x = plain(given);
    return {
      outputs: [emit.node('Conv', [x, ...inputs.slice(1)], { shape }, { attributes: convAttributes(geometry) })],
      backward: ([dy], [toX, toW, toB]) => {
        if (dy === undefined) return [];
        return [
          toX === true ? inputGradient(emit, dy, weight, x.shape, geometry) : undefined,
          toW === true ? weightGradient(emit, dy, x, weight.shape, geometry) : undefined,
          toB === true ? emit.reduceSum(emit.reshape(dy, [...dy.shape.slice(0, 2), (dy.shape[2] ?? 1) * (dy.shape[3] ?? 1)]), [0, 2]) : undefined,
        ];
      },
    };
  },
};
