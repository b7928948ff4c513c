/**
 * The forms of a convolution's weight gradient in blocks of channels, timed for shapes of the networks, batch 8, one thread: processor
 * time, the least of many runs, which other work on the machine hardly moves. `*` marks the form that the engine's rule picks;
 * the last column says how much longer it takes than the fastest.
 *
 *     npm run bench:forms [-- --only TEXT] [--batch 8] [--runs 7]
 */
import { parseArgs } from 'node:util';
import { Emitter, type Sym } from '../src/nn/graph/emitter.ts';
import { inPlainOrder } from '../src/nn/graph/blocks.ts';
import { writeOnnx } from '../src/nn/onnx/model.ts';
import { weightGradientForm, weightGradientInBlocks, type WeightGradientForm } from '../src/nn/ops/convolution-blocks.ts';
import { weightGradient } from '../src/nn/ops/convolution-weight-gradient.ts';
import { channelsPerBlock } from '../src/nn/runtime/channel-blocks.ts';
import { loadRuntime, tensorOf } from '../src/nn/runtime/runtime.ts';
import { windowOutput } from '../src/nn/ops/window.ts';
import type { ConvolutionGeometry } from '../src/nn/ops/convolution.ts';
import { sizeOf, type Shape } from '../src/nn/tensor.ts';

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '7' }, batch: { type: 'string', default: '8' }, only: { type: 'string', default: '' } } });
const [runs, batch] = [Number(flags.runs), Number(flags.batch)];

/** Of DenseNet-169, ResNet-18 and EfficientNet-Lite0: kernel, channels in and out, pixels of a side, stride. */
const shapes: readonly (readonly [kernel: number, inner: number, out: number, side: number, stride?: number])[] = [
  [1, 64, 128, 56], [1, 192, 128, 56], [1, 256, 128, 28], [1, 512, 128, 28], [1, 640, 128, 14], [1, 1024, 128, 7], [1, 32, 16, 112], [1, 16, 96, 112], [1, 144, 24, 56], [1, 192, 1152, 7],
  [3, 128, 32, 56], [3, 128, 32, 28], [3, 128, 32, 14], [3, 128, 32, 7], [3, 64, 64, 56], [3, 128, 128, 28], [3, 256, 256, 14], [3, 512, 512, 7],
  [3, 64, 128, 56, 2], [3, 128, 256, 28, 2], [3, 256, 512, 14, 2],
];

type Form = WeightGradientForm | 'plain';
const forms: readonly Form[] = ['byBlocks', 'byChannelsLast', 'bySwappedAxes', 'plain'];

const runtime = await loadRuntime();
const block = await channelsPerBlock(runtime);
if (block === undefined) {
  console.error('This runtime has no convolutions in blocks of channels on this machine: there is nothing to choose from.');
  process.exit(4);
}
const emitterOf = () => new Emitter(block);

/** A value in blocks that the graph is given from outside. */
function blockedInput(emit: Emitter, name: string, shape: Shape): Sym {
  return { ...emit.input(name, shape), blocked: true };
}

type Case = (typeof shapes)[number];

const geometryOf = ([kernel, , , , stride = 1]: Case): ConvolutionGeometry => {
  const padding = Math.floor(kernel / 2);
  return { kernel: [kernel, kernel], stride: [stride, stride], padding: [padding, padding, padding, padding], dilation: [1, 1], groups: 1 };
};

/** X and dY of a convolution, in blocks. */
function inputsOf(emit: Emitter, each: Case): { readonly x: Sym; readonly dy: Sym } {
  const [, inner, out, side] = each;
  return { x: blockedInput(emit, 'x', [batch, inner, side, side]), dy: blockedInput(emit, 'dy', [batch, out, ...windowOutput([side, side], geometryOf(each))]) };
}

/** Milliseconds of the processor that one form takes. */
async function time(form: Form, each: Case): Promise<number> {
  const [size, inner, out] = each;
  const emit = emitterOf();
  const { x, dy } = inputsOf(emit, each);
  const geometry = geometryOf(each);
  const weight = [out, inner, size, size];
  const made = form === 'plain' ? weightGradient(emit, inPlainOrder(emit, dy), inPlainOrder(emit, x), weight, geometry) : weightGradientInBlocks(emit, dy, x, weight, geometry, form);
  if (made === undefined) return NaN;
  const inputs = [x, dy].map((sym) => ({ name: sym.name, shape: emit.heldShape(sym), dtype: sym.dtype }));
  const onnx = writeOnnx({ name: form, nodes: emit.nodes, initialisers: emit.initialisers, inputs, outputs: [made] });
  const session = await runtime.InferenceSession.create(onnx, { intraOpNumThreads: 1, graphOptimizationLevel: 'extended', logSeverityLevel: 4, enableMemPattern: false });
  const feeds = Object.fromEntries(inputs.map(({ name, shape }) => [name, tensorOf(runtime, Float32Array.from({ length: sizeOf(shape) }, () => Math.random() - 0.5), shape)]));
  const times: number[] = [];
  for (let run = -1; run < runs; run++) {
    const before = process.cpuUsage();
    await session.run(feeds);
    const { user, system } = process.cpuUsage(before);
    if (run >= 0) times.push((user + system) / 1000);
  }
  await session.release();
  return Math.min(...times);
}

console.log(`dW in blocks of ${block} channels, batch ${batch}: milliseconds of one core, least of ${runs}`);
console.log(`${'shape'.padEnd(28)}${forms.map((form) => form.padStart(15)).join('')}   over the fastest`);
for (const each of shapes) {
  const [size, inner, out, side, stride] = each;
  const title = `${size}×${size}, ${inner} to ${out}, ${side}²${stride === undefined ? '' : `, stride ${stride}`}`;
  if (!title.includes(flags.only)) continue;
  const { x, dy } = inputsOf(emitterOf(), each);
  const chosen = weightGradientForm(dy, x, [out, inner, size, size], block) ?? 'plain';
  const times: Partial<Record<Form, number>> = {};
  for (const form of forms) times[form] = await time(form, each);
  const least = Math.min(...Object.values(times));
  console.log(`${title.padEnd(28)}${forms.map((form) => `${(times[form] ?? NaN).toFixed(1)}${form === chosen ? '*' : ' '}`.padStart(15)).join('')}   ${(100 * ((times[chosen] ?? NaN) / least - 1)).toFixed(0).padStart(3)} %`);
}
