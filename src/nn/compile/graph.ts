import { NnError } from '../errors.ts';
import type { LoweredTape } from '../graph/autodiff.ts';
import type { Sym } from '../graph/emitter.ts';
import { writeOnnx } from '../onnx/model.ts';

/**
 * Writes a lowered tape with the given outputs. ONNX wants outputs that a node makes and distinct names: what is an
 * input, a constant, or asked for twice, is passed through a node of its own.
 * @param outputs by the name that the file is to give them
 */
export function writeGraph(lowered: LoweredTape, name: string, outputs: ReadonlyMap<string, Sym>, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const taken = new Set(lowered.inputs.map(({ sym }) => sym.name));
  const named = [...outputs].map(([output, sym]): Sym => {
    if (taken.has(output)) throw new NnError('BAD_MODEL', `${output} is the name of two inputs or outputs of one graph.`);
    taken.add(output);
    return lowered.emit.named(output, sym);
  });
  return writeOnnx({ name, nodes: lowered.emit.nodes, initialisers: lowered.emit.initialisers, inputs: lowered.inputs.map(({ sym }) => sym), outputs: named, metadata });
}
