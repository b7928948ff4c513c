export { defaultLimits, extractBatch, type Batch, type BatchCost, type BatchItem, type BatchOptions } from './extract-batch.ts';
export { expandInputs, type PaperInput } from './inputs.ts';
export type { JobLimits } from './worker-process.ts';
export { candidatesFile, readCandidates, writeCandidates } from './write-folder.ts';
