import type { LoweredTape } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import { elementBytes, sizeOf } from '../tensor.ts';

/**
 * The most bytes that are alive at once when a graph's nodes run in the order in which they were written: inputs,
 * constants and outputs for good, every other value from its node to the last one that reads it. The runtime orders
 * nodes its own way, writes some results over their inputs, and keeps what it has freed for later use, so that this is an estimate.
 */
export function peakBytes({ emit, inputs }: LoweredTape, outputs: readonly Sym[]): number {
  const lastUse = new Map<string, number>();
  emit.nodes.forEach((node, place) => {
    for (const name of node.inputs) lastUse.set(name, place);
  });
  // What leaves the graph stays; a name that is no node's result (an input that is handed through) costs nothing more.
  for (const { name } of outputs) lastUse.set(name, Infinity);
  const kept = [...inputs.map(({ sym }) => sizeOf(sym.shape) * elementBytes[sym.dtype]), ...emit.initialisers.map(({ data }) => data.byteLength)].reduce((sum, bytes) => sum + bytes, 0);
  let [alive, peak] = [kept, kept];
  emit.nodes.forEach((node, place) => {
    for (const name of node.outputs) alive += emit.bytes.get(name) ?? 0;
    peak = Math.max(peak, alive);
    for (const name of new Set([...node.inputs, ...node.outputs])) {
      if ((lastUse.get(name) ?? place) === place) alive -= emit.bytes.get(name) ?? 0;
    }
  });
  return peak;
}
