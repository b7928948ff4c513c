import { NnError } from '../errors.ts';
import type { LoweredTape } from '../graph/autodiff.ts';
import { inPlainOrder } from '../graph/blocks.ts';
import type { Sym } from '../graph/emitter.ts';
import { prune, writeOnnx, type OnnxGraph } from '../onnx/model.ts';

/**
 * A lowered tape with the given outputs, as a graph without the nodes that they do not need. ONNX wants outputs that a
 * node makes and distinct names: what is an input, a constant, or asked for twice, is passed through a node of its own.
 * @param outputs by the name that the graph is to give them
 * @throws NnError BAD_MODEL where a name is given twice
 */
export function graphOf(lowered: LoweredTape, name: string, outputs: ReadonlyMap<string, Sym>, metadata: Readonly<Record<string, string>> = {}): OnnxGraph {
  const taken = new Set(lowered.inputs.map(({ sym }) => sym.name));
  const named = [...outputs].map(([output, sym]): Sym => {
    if (taken.has(output)) throw new NnError('BAD_MODEL', `${output} is the name of two inputs or outputs of one graph.`);
    taken.add(output);
    return lowered.emit.named(output, inPlainOrder(lowered.emit, sym));
  });
  const inputs = lowered.inputs.map(({ sym }) => sym);
  return { name, nodes: prune(lowered.emit.nodes, named), initialisers: lowered.emit.initialisers, inputs, outputs: named, metadata };
}

/** Writes a lowered tape with the given outputs as an ONNX file: see {@link graphOf}. */
export function writeGraph(lowered: LoweredTape, name: string, outputs: ReadonlyMap<string, Sym>, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  return writeOnnx(graphOf(lowered, name, outputs, metadata));
}
