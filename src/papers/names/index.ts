export { nameCandidates, type NamedPicture } from './candidate-names.ts';
export { paperStem } from './paper-stem.ts';
