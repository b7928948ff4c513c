export { dilate as dilateMask, type Mask } from './binary.ts';
export { findLungs, lungAbstentions, type LungAbstention, type Lungs } from './find-lungs.ts';
