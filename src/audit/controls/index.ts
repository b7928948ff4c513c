import { borderControl } from './border.ts';
import { colourControl } from './colour.ts';
import { headerControl } from './header.ts';
import { marksControl } from './marks.ts';
import type { Control } from './types.ts';

/** Every control, in the order in which they are shown. */
export const controls: readonly Control[] = [headerControl, borderControl, colourControl, marksControl];

/** An AUC whose interval's lower end is not above this is too near to chance to matter, even where it is beyond chance. */
export const meaningfulAuc = 0.55;

export { findMarks } from './marks.ts';
export { borderOnly, lungsOut, type ControlView } from './views.ts';
export { trainControl, type ControlModel, type ControlSample } from './model.ts';
export type { Control, ControlInput } from './types.ts';
