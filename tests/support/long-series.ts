import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawPhantomVolume, type Volume } from '../../src/imaging/index.ts';
import { dicomOfSlice } from '../../src/imaging/node.ts';

/** A synthetic series as long as wanted: a few phantom slices of 512 × 512, shown over and over, since drawing takes most of the time. */
export function longSeries(slices: number, drawn = 12): Volume {
  const few = drawPhantomVolume({ patient: 5, lesions: 'opacities', slices: drawn, thickness: 15, width: 512, height: 512 });
  const size = few.columns * few.rows;
  const units = new Int16Array(size * slices);
  for (let k = 0; k < slices; k++) {
    const from = (k % drawn) * size;
    units.set(few.units.subarray(from, from + size), k * size);
  }
  return { ...few, slices, spacing: [few.spacing[0], few.spacing[1], 1], units };
}

/** Writes a series as DICOM files into a folder. */
export async function writeSeries(volume: Volume, folder: string, series: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let k = 0; k < volume.slices; k++) await writeFile(join(folder, `${k}.dcm`), dicomOfSlice(volume, k, series));
}
