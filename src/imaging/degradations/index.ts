import { bitDepth } from './bit-depth.ts';
import { blur } from './blur.ts';
import { burnedMarks } from './burned-marks.ts';
import { cropAway } from './crop-away.ts';
import { noise } from './noise.ts';
import { phonePhoto } from './phone-photo.ts';
import { resolution } from './resolution.ts';
import type { Degradation } from './types.ts';
import { windowShift } from './window-shift.ts';

/** Every degradation that needs no encoder, in the order in which they are shown. The Node half adds JPEG. */
export const degradations: readonly Degradation[] = [bitDepth, resolution, windowShift, blur, noise, cropAway, burnedMarks, phonePhoto];

export { gaussianBlur } from './blur.ts';
export { degrade, type Degradation } from './types.ts';
