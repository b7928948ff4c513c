import { int } from '../graph/emitter.ts';
import { writeOnnx } from '../onnx/model.ts';
import { tensorOf, type Runtime } from './runtime.ts';

const known = new WeakMap<Runtime, Promise<number | undefined>>();

/** Asks by doing: a picture of four channels put in blocks has as many channels as a block. */
async function probe(runtime: Runtime): Promise<number | undefined> {
  const port = (name: string) => ({ name, shape: [1, 4, 1, 1], dtype: 'float32' as const });
  const node = { opType: 'ReorderInput', domain: 'com.microsoft.nchwc', inputs: ['x'], outputs: ['y'], attributes: { channels_last: int(0) } };
  const onnx = writeOnnx({ name: 'probe', nodes: [node], initialisers: [], inputs: [port('x')], outputs: [{ ...port('y'), shape: [1, 'C', 1, 1] }] });
  try {
    const session = await runtime.InferenceSession.create(onnx, { logSeverityLevel: 4, intraOpNumThreads: 1 });
    const { y } = await session.run({ x: tensorOf(runtime, new Float32Array(4), [1, 4, 1, 1]) });
    await session.release();
    return y?.dims[1];
  } catch {
    // A runtime without these operators refuses the graph, which is an answer.
    return undefined;
  }
}

/** How many channels the runtime's blocks have on this machine; undefined where it has none. */
export async function channelsPerBlock(runtime: Runtime): Promise<number | undefined> {
  const answer = known.get(runtime) ?? probe(runtime);
  known.set(runtime, answer);
  return answer;
}
