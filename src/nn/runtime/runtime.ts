import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { NnError } from '../errors.ts';

/** The part of an ONNX Runtime that is used here; `onnxruntime-node` and `onnxruntime-web` both have it. */
export interface Runtime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
}

/** Loads ONNX Runtime's Node package, which is optional. @throws NnError ENVIRONMENT when it is not there */
export async function loadRuntime(): Promise<Runtime> {
  try {
    const runtime = await import('onnxruntime-node');
    // A browser's bundle holds an empty module in its place: see `browser` in package.json.
    if (!('InferenceSession' in runtime)) throw new Error('this is a browser: pass onnxruntime-web as the runtime');
    return runtime;
  } catch (error) {
    throw new NnError('ENVIRONMENT', 'Neural networks need the package onnxruntime-node, which could not be loaded.', { hint: 'npm install onnxruntime-node', cause: error });
  }
}

export interface SessionOptions {
  /** Threads that it may use; 0 leaves it to the runtime (one a core). */
  readonly threads?: number;
  /** Bytes that a program may need; what the system has left, unless given. */
  readonly memoryLimit?: number;
}

/** Turns what the runtime throws into an error that says so: memory that ran out, or a graph or input that it refused. */
export function runtimeError(error: unknown, doing: string): NnError {
  const message = error instanceof Error ? error.message : String(error);
  if (/bad_?alloc|Failed to allocate|out of memory|Array buffer allocation failed|Invalid typed array length/i.test(message)) {
    return new NnError('OUT_OF_MEMORY', `${doing} ran out of memory.`, { hint: 'Use a smaller batch or smaller pictures.', cause: error });
  }
  return new NnError('BAD_MODEL', `${doing}: ONNX Runtime refused: ${message}`, { cause: error });
}

/** Numbers as a tensor holds them. */
export type Numbers = Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** A tensor over the caller's numbers; nothing is copied. */
export function tensorOf(runtime: Runtime, numbers: Numbers, shape: readonly number[]): Tensor {
  return numbers instanceof Float32Array ? new runtime.Tensor('float32', numbers, shape) : new runtime.Tensor('int64', numbers, shape);
}
