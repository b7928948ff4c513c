import { CovidCtError } from '../../base/pure.ts';
import type { Picture } from '../picture.ts';
import { hounsfieldToGray, type Window } from '../window.ts';

/**
 * A series of axial slices in Hounsfield units: rows from front to back, columns from the patient's right to the left (so that
 * the patient's right is at the left of the picture, as radiologists look at it), slices from head to feet.
 */
export interface Volume {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  /** Millimetres from one to the next column, row and slice. */
  readonly spacing: readonly [column: number, row: number, slice: number];
  /** Hounsfield units, slice by slice, row by row: `[slices, rows, columns]`. */
  readonly units: Int16Array<ArrayBuffer>;
}

/** 400 million voxels, 800 MB: above any chest CT of 1,500 slices of 512 × 512. */
export const mostVoxels = 400_000_000;

/**
 * Checks a size before memory is taken for it.
 * @throws CovidCtError LIMIT_EXCEEDED, or BAD_IMAGE for what is no size
 */
export function checkVolumeSize(columns: number, rows: number, slices: number, what: string): void {
  if (![columns, rows, slices].every((size) => Number.isInteger(size) && size > 0)) {
    throw new CovidCtError('BAD_IMAGE', `${what} says that it is ${columns}×${rows}×${slices} voxels, which is no size.`);
  }
  if (columns * rows * slices > mostVoxels) {
    throw new CovidCtError('LIMIT_EXCEEDED', `${what} says that it is ${columns}×${rows}×${slices} voxels, above the limit of ${mostVoxels.toLocaleString('en')}.`, { hint: 'Cut it down to the chest first.' });
  }
}

/**
 * The Hounsfield units of one slice, a view into the volume: `[rows, columns]`.
 * @param slice 0 is the one nearest to the head
 * @throws RangeError where there is no such slice
 */
export function sliceUnits(volume: Volume, slice: number): Int16Array<ArrayBuffer> {
  if (!Number.isInteger(slice) || slice < 0 || slice >= volume.slices) throw new RangeError(`sliceUnits: ${slice} is not within 0 and ${volume.slices - 1}`);
  const size = volume.columns * volume.rows;
  return volume.units.subarray(slice * size, (slice + 1) * size);
}

/** One slice as a gray picture of 8 bits: what the window shows of it, rounded. */
export function windowSlice(volume: Volume, slice: number, window: Window): Picture {
  const units = sliceUnits(volume, slice);
  // A table for all units that a 16-bit volume can hold: 300 slices are a matter of a table look-up a pixel.
  const table = grayTable(window);
  const data = new Uint8Array(units.length);
  for (let i = 0; i < data.length; i++) data[i] = table[(units[i] as number) + 32768] as number;
  return { width: volume.columns, height: volume.rows, channels: 1, data };
}

let last: { readonly level: number; readonly width: number; readonly table: Uint8Array } | undefined;

/** Gray of each of the 65,536 units from −32,768 on. */
function grayTable({ level, width }: Window): Uint8Array {
  if (last?.level === level && last.width === width) return last.table;
  const table = Uint8Array.from({ length: 65_536 }, (_, i) => Math.round(hounsfieldToGray(i - 32_768, { level, width })));
  last = { level, width, table };
  return table;
}
