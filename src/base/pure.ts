/** The half of base that needs no Node: errors and seeded random numbers. What a browser loads imports this door. */
export { CovidCtError, errorCodes, type ErrorCode } from './errors.ts';
export { createRandom, type Random } from './random.ts';
