import type { Check } from '../types.ts';
import { leakage } from './leakage.ts';

/** Every check, in the order in which they run: later ones use the results of earlier ones. */
export const checks: readonly Check[] = [leakage];
