import { borderControl } from './border.ts';
import { colourControl } from './colour.ts';
import { headerControl } from './header.ts';
import { marksControl } from './marks.ts';
import type { Control } from './types.ts';

/** Every control, in the order in which they are shown. */
export const controls: readonly Control[] = [headerControl, borderControl, colourControl, marksControl];

export { borderOnly, lungsOut, type ControlView } from './views.ts';
export { trainControl, type ControlModel, type ControlSample } from './model.ts';
export type { Control, ControlInput } from './types.ts';
