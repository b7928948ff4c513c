export { compileForAnyBatch, compileInference, type InferenceOptions, type InferencePlan } from './compile/inference.ts';
export { compileForward } from './compile/forward.ts';
export type { Port, Program, StatisticPort } from './compile/program.ts';
export { compileTrainingStep, type TrainingOptions, type TrainingProgram } from './compile/training.ts';
export { NnError, nnErrorCodes, type NnErrorCode } from './errors.ts';
export { compileClassifier, explanationNames, type ClassifierOptions, type ExplanationName } from './explain/classifier.ts';
export { explain, type Explanation } from './explain/explain.ts';
export { classScore, gradCam, inputGradient, type Explainable } from './explain/explanations.ts';
export { Tape, Value, type Start } from './graph/tape.ts';
export {
  adaptiveAveragePool2d,
  add,
  averagePool2d,
  binaryCrossEntropy,
  concat,
  crossEntropy,
  flatten,
  infoNce,
  l2Normalise,
  matmul,
  maxPool2d,
  mean,
  multiply,
  relu,
  relu6,
  reshape,
  scale,
  sigmoid,
  silu,
  sum,
  type CrossEntropyOptions,
  type Pair,
  type PoolOptions,
} from './layers/functional.ts';
export {
  batchNorm2d,
  conv2d,
  dropout,
  kaimingNormal,
  linear,
  normalStart,
  ones,
  stochasticDepth,
  uniformStart,
  zeros,
  type BatchNorm2dOptions,
  type Conv2dOptions,
  type Fans,
  type LinearOptions,
} from './layers/layers.ts';
export { declarations, inputName, Scope, trace, type Declaration, type Network, type Trace, type TraceOptions } from './layers/scope.ts';
export { initialState, startingValues, weightsOf, type Weights } from './layers/state.ts';
export type { GraphPort } from './onnx/model.ts';
export { readSealedOnnx, type OnnxSummary } from './onnx/read.ts';
export { sealOnnx } from './onnx/seal.ts';
export { numberSource, type NumberSource } from './random.ts';
export { InferenceModel, type Feed, type Result } from './runtime/inference-model.ts';
export { loadRuntime, type Numbers, type Runtime, type SessionOptions } from './runtime/runtime.ts';
export { ProgramSession, type Batch, type RunResult } from './runtime/program-session.ts';
export { sizeOf, type DType, type Shape } from './tensor.ts';
export { enqueue, moveTowards, type KeyQueue } from './train/momentum.ts';
export type { OptimiserOptions } from './train/optimiser.ts';
export { rateAt, type RateOptions, type Schedule } from './train/schedule.ts';
export { moveStatistics } from './train/statistics.ts';
export { Trainer, type StepOptions, type StepReport, type TrainerOptions } from './train/trainer.ts';
export {
  elementBytes,
  elementCount,
  fromFloat32,
  readSafetensors,
  readTorchFile,
  stateDictOf,
  toFloat32,
  writeSafetensors,
  type ElementType,
  type SafetensorsFile,
  type StateDict,
  type StateTensor,
  type TorchFile,
} from './checkpoint/index.ts';
export { InferenceWorker } from './worker/inference-worker.ts';
export { TrainerWorker } from './worker/trainer-worker.ts';
