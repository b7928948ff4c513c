/** What goes between the thread that asks and the one that computes. */
import type { StateDict } from '../checkpoint/index.ts';
import type { TrainingProgram } from '../compile/training.ts';
import { NnError, type NnErrorCode } from '../errors.ts';
import type { Feed, Result } from '../runtime/inference-model.ts';
import type { Batch } from '../runtime/program-session.ts';
import type { SessionOptions } from '../runtime/runtime.ts';
import type { StepReport, TrainerOptions } from '../train/trainer.ts';

/** What may be asked. A worker is either a trainer's or a model's: the first thing asked decides. */
export type Question =
  | { readonly kind: 'train'; readonly program: TrainingProgram; readonly state: StateDict; readonly options: TrainerOptions }
  /** `cancel` turns from 0 to 1 when the step is to be given up; shared, since a thread that computes reads no messages. */
  | { readonly kind: 'step'; readonly batches: readonly Batch[]; readonly cancel: Int32Array<SharedArrayBuffer> }
  | { readonly kind: 'state'; readonly which: 'weights' | 'average' }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'restore'; readonly snapshot: StateDict }
  | { readonly kind: 'load'; readonly onnx: Uint8Array<ArrayBuffer>; readonly options: SessionOptions }
  | { readonly kind: 'run'; readonly feeds: Readonly<Record<string, Feed>> }
  | { readonly kind: 'close' };

/** What is answered. */
export type Answer =
  | { readonly kind: 'done'; readonly steps: number }
  | { readonly kind: 'report'; readonly report: StepReport }
  | { readonly kind: 'state'; readonly state: StateDict }
  | { readonly kind: 'loaded'; readonly inputNames: readonly string[]; readonly outputNames: readonly string[] }
  | { readonly kind: 'results'; readonly results: Readonly<Record<string, Result>> }
  | { readonly kind: 'error'; readonly error: PlainError };

export interface Request {
  readonly id: number;
  readonly question: Question;
}

export interface Reply {
  readonly id: number;
  readonly answer: Answer;
}

/** An error as it travels: structured cloning keeps neither a class nor a field of its own. */
export interface PlainError {
  readonly code: NnErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

export function plainError(error: unknown): PlainError {
  if (error instanceof NnError) return { code: error.code, message: error.message, hint: error.hint, stack: error.stack };
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { code: 'ENVIRONMENT', message: `A network's thread failed: ${message}`, hint: undefined, stack };
}

/** The error again; the stack of the thread where it happened is its cause. */
export function thrownError({ code, message, hint, stack }: PlainError): NnError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new NnError(code, message, { ...(hint === undefined ? {} : { hint }), cause });
}

/** The memory that numbers stand in, each once: what is transferred is not copied, and is gone from where it was. */
export function buffersOf(arrays: Iterable<Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> | Uint8Array>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer) buffers.add(buffer);
  return [...buffers];
}
