export {
  decide,
  emptyCorrections,
  formatErrata,
  overlayOf,
  proposalsFrom,
  propose,
  releaseFingerprint,
  resolveImages,
  statusOf,
  type Decider,
  type Overlay,
  type Proposal,
} from './corrections.ts';
export { changeCorrections, correctionsPath, errataFile, readCorrections } from './overlay-file.ts';
export { correctionsFileSchema, type Correction, type CorrectionStatus, type CorrectionsFile, type Decision } from './schema.ts';
