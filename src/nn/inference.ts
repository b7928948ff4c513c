/** The half of nn that a browser loads as well: reading and running exported models. It needs nothing of Node. */
export { NnError, nnErrorCodes, type NnErrorCode } from './errors.ts';
export type { GraphPort } from './onnx/model.ts';
export { readSealedOnnx, type OnnxSummary } from './onnx/read.ts';
export { InferenceModel, type Feed, type Result } from './runtime/inference-model.ts';
export type { Numbers, Runtime, SessionOptions } from './runtime/runtime.ts';
