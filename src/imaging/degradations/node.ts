import { degradations } from './index.ts';
import { jpeg } from './jpeg.ts';
import type { Degradation } from './types.ts';

/** Every degradation, in the order in which they are shown. */
export const allDegradations: readonly Degradation[] = [...degradations.slice(0, 2), jpeg, ...degradations.slice(2)];
