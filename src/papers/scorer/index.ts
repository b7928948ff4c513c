export { scoreCtLikeness, type CtLikeness } from './score.ts';
