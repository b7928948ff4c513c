export { findBurnedInText, textScore, type BurnedText } from './find.ts';
