export * from './types.ts';
export { assignGroups, type Stratum } from './assign.ts';
export { exportRequestOf } from './export-request.ts';
export { groupImages } from './groups.ts';
export { leftOutOf, noEvidence, type Evidence } from './left-out.ts';
export { prove } from './proof.ts';
export { tiesOf } from './ties.ts';
export { cleanFolds, cleanTrack, defaultSeed, legacyTrack, publishedProportions } from './track.ts';
