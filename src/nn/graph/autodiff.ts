import { NnError } from '../errors.ts';
import { formatShape, sameShape, sizeOf } from '../tensor.ts';
import { inOrderOf, inPlainOrder } from './blocks.ts';
import { Emitter, type Sym } from './emitter.ts';
import type { Lowered, Source, Step, Tape, Value } from './tape.ts';

/** A tape written as ONNX nodes, ready to be differentiated. */
export interface LoweredTape {
  readonly emit: Emitter;
  /** The ONNX value of every tape value that the asked outputs need. */
  readonly syms: ReadonlyMap<Value, Sym>;
  /** The graph's inputs from outside, in the order of the tape. */
  readonly inputs: readonly { readonly value: Value; readonly source: Exclude<Source, { kind: 'constant' }>; readonly sym: Sym }[];
  readonly steps: readonly { readonly step: Step; readonly lowered: Lowered }[];
}

/** The steps that some values depend on, in order. */
function neededSteps(tape: Tape, outputs: readonly Value[]): { readonly steps: readonly Step[]; readonly values: ReadonlySet<Value> } {
  const values = new Set<Value>(outputs);
  const steps: Step[] = [];
  for (const step of tape.steps.toReversed()) {
    if (!step.outputs.some((output) => values.has(output))) continue;
    for (const input of step.inputs) values.add(input);
    steps.push(step);
  }
  return { steps: steps.toReversed(), values };
}

/**
 * Writes the part of a tape that `outputs` need as ONNX nodes.
 * @param known values for sources that are to be constants of the graph, such as the weights of an inference model
 * @param block channels a block, for a runtime that has convolutions in blocks of channels; only standard ONNX unless given
 */
export function lower(tape: Tape, outputs: readonly Value[], known: (source: Source) => Float32Array<ArrayBuffer> | undefined = () => undefined, block?: number): LoweredTape {
  const emit = new Emitter(block);
  const { steps, values } = neededSteps(tape, outputs);
  const syms = new Map<Value, Sym>();
  const inputs: { value: Value; source: Exclude<Source, { kind: 'constant' }>; sym: Sym }[] = [];
  for (const [value, source] of tape.sources) {
    if (!values.has(value)) continue;
    const data = source.kind === 'constant' ? source.data : known(source);
    if (data !== undefined) {
      syms.set(value, data instanceof Float32Array ? emit.constant(value.shape, data) : emit.keepIntegers(value.shape, data));
    } else if (source.kind !== 'constant') {
      const sym = emit.input(source.name, value.shape, value.dtype);
      syms.set(value, sym);
      inputs.push({ value, source, sym });
    }
  }
  const lowered = steps.map((step) => {
    const result = step.lower(emit, step.inputs.map((input) => (step.anyOrder ? symOf(syms, input) : inPlainOrder(emit, symOf(syms, input)))));
    step.outputs.forEach((output, i) => {
      const sym = result.outputs[i];
      if (sym !== undefined) syms.set(output, sym);
    });
    return { step, lowered: result };
  });
  return { emit, syms, inputs, steps: lowered };
}

/** The ONNX value of a tape value, in the order that it is held in. */
export function symOf(syms: ReadonlyMap<Value, Sym>, value: Value): Sym {
  const sym = syms.get(value);
  if (sym === undefined) throw new NnError('BAD_MODEL', `A value of shape ${formatShape(value.shape)} is used before it is made.`);
  return sym;
}

/**
 * Reverse-mode differentiation: adds to a lowered tape the nodes that compute d(of)/d(value) for every wanted value.
 * @param of a value of one number, the loss; or any value, whose sum is then differentiated
 * @returns the gradients, in the values' shapes; a value that `of` does not depend on is absent
 */
export function differentiate(tape: LoweredTape, of: Value, wanted: readonly Value[]): ReadonlyMap<Value, Sym> {
  const { emit } = tape;
  const depends = new Set<Value>(wanted);
  for (const { step } of tape.steps) {
    if (step.inputs.some((input) => depends.has(input))) for (const output of step.outputs) depends.add(output);
  }
  const gradients = new Map<Value, Sym>();
  if (depends.has(of)) gradients.set(of, emit.constant(of.shape, new Float32Array(sizeOf(of.shape)).fill(1)));
  for (const { step, lowered } of tape.steps.toReversed()) {
    const outputs = step.outputs.map((output, i) => {
      const gradient = gradients.get(output);
      const given = lowered.outputs[i];
      return gradient && given ? inOrderOf(emit, gradient, given) : gradient;
    });
    if (outputs.every((gradient) => gradient === undefined)) continue;
    const asked = step.inputs.map((input) => depends.has(input));
    if (!asked.includes(true)) continue;
    const results = lowered.backward(outputs, asked);
    step.inputs.forEach((input, i) => {
      const gradient = results[i];
      if (asked[i] !== true || gradient === undefined) return;
      if (!sameShape(gradient.shape, input.shape)) {
        throw new NnError('BAD_MODEL', `The gradient of ${step.operation} has the shape ${formatShape(gradient.shape)} for an input of ${formatShape(input.shape)}.`);
      }
      const before = gradients.get(input);
      const held = inOrderOf(emit, gradient, symOf(tape.syms, input));
      gradients.set(input, before === undefined ? held : emit.add(before, held));
    });
  }
  return new Map(wanted.flatMap((value) => {
    const gradient = gradients.get(value);
    return gradient === undefined ? [] : [[value, inPlainOrder(emit, gradient)] as const];
  }));
}
