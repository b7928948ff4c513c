/** What the tests of this room share; nothing here is published as an interface. */
import { writeGraph } from './compile/graph.ts';
import { differentiate, lower, symOf } from './graph/autodiff.ts';
import type { Value } from './graph/tape.ts';
import { loadRuntime, tensorOf, type Numbers } from './runtime/runtime.ts';

/**
 * Computes values, and the gradients of the sum of `of`, for sources fed by name.
 * @param level how much the runtime rearranges the graph first; 'disabled' loads large graphs several times faster
 * @param block channels a block, where values are to be held in blocks of channels
 */
export async function evaluate(
  outputs: readonly Value[],
  feeds: ReadonlyMap<string, Numbers>,
  gradients: { readonly of: Value; readonly by: readonly Value[] } | undefined = undefined,
  level: 'disabled' | 'extended' = 'extended',
  block?: number,
): Promise<{ readonly values: readonly Float32Array[]; readonly gradients: readonly (Float32Array | undefined)[] }> {
  const roots = gradients === undefined ? outputs : [...outputs, gradients.of];
  const [first] = roots;
  if (first === undefined) throw new Error('nothing to evaluate');
  const lowered = lower(first.tape, roots, undefined, block);
  const derived = gradients === undefined ? new Map() : differentiate(lowered, gradients.of, gradients.by);
  const named = new Map(outputs.map((value, i) => [`value ${i}`, symOf(lowered.syms, value)]));
  gradients?.by.forEach((value, i) => {
    const sym = derived.get(value);
    if (sym !== undefined) named.set(`gradient ${i}`, sym);
  });
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(writeGraph(lowered, 'test', named), { logSeverityLevel: 4, intraOpNumThreads: 1, graphOptimizationLevel: level });
  const tensors = Object.fromEntries(lowered.inputs.flatMap(({ sym }) => {
    const numbers = feeds.get(sym.name);
    return numbers === undefined ? [] : [[sym.name, tensorOf(runtime, numbers, sym.shape)] as const];
  }));
  const results = await session.run(tensors);
  const read = (name: string): Float32Array | undefined => {
    const data = results[name]?.data;
    return data instanceof Float32Array ? new Float32Array(data) : undefined;
  };
  const answer = { values: outputs.map((_, i) => read(`value ${i}`) ?? new Float32Array()), gradients: gradients?.by.map((_, i) => read(`gradient ${i}`)) ?? [] };
  await session.release();
  return answer;
}

/** Largest absolute difference, as a share of the largest number expected (at least 1). */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [difference, largest] = [0, 1];
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
    difference = Number.isNaN(gap) ? Infinity : Math.max(difference, gap);
    largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  }
  return difference / largest;
}
