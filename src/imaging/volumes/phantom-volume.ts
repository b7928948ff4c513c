import { drawPhantomUnits, type PhantomOptions } from '../phantom.ts';
import type { Volume } from './volume.ts';

/** A synthetic volume: the phantom's anatomy slice by slice, in Hounsfield units. It shows no one. */
export interface PhantomVolumeOptions extends Omit<PhantomOptions, 'slice' | 'window'> {
  readonly slices: number;
  /** Millimetres from slice to slice; 5 where absent. */
  readonly thickness?: number;
}

/** Draws a synthetic volume; the same options give the same units. As scanners do, nothing is below −1024. */
export function drawPhantomVolume(options: PhantomVolumeOptions): Volume {
  const { slices, thickness = 5, width = 256, height = 256, field = 360 } = options;
  const units = new Int16Array(width * height * slices);
  for (let k = 0; k < slices; k++) {
    const plane = drawPhantomUnits({ ...options, width, height, field, slice: ((slices - 1) / 2 - k) * thickness });
    for (let i = 0; i < plane.length; i++) units[k * plane.length + i] = Math.max(-1024, Math.round(plane[i] as number));
  }
  return { columns: width, rows: height, slices, spacing: [field / width, field / width, thickness], units };
}
