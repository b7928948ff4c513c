import { CovidCtError } from '../../base/index.ts';
import { badDicom } from './dicom-file.ts';
import type { DicomSlice } from './dicom-slice.ts';
import { checkVolumeSize, type Volume } from './volume.ts';

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/**
 * Slices of one CT series as a volume, from head to feet, whatever order the files came in.
 * @throws CovidCtError BAD_INPUT where slices are of several series, doubled, missing (a gap of 1.5 usual distances or more) or of
 *   several sizes
 */
export function volumeOfSlices(slices: readonly DicomSlice[]): Volume {
  const sorted = slices.toSorted((a, b) => b.position[2] - a.position[2]);
  const [first] = sorted;
  if (first === undefined) throw new CovidCtError('BAD_INPUT', 'There is no DICOM slice.');
  const series = new Set(slices.map((slice) => slice.series));
  if (series.size > 1) {
    throw new CovidCtError('BAD_INPUT', `The files are of ${series.size} series: ${[...series].slice(0, 5).join(', ')}.`, { hint: 'Put each series into a folder of its own.' });
  }
  const { columns, rows, spacing } = first;
  const other = sorted.find((slice) => slice.columns !== columns || slice.rows !== rows || slice.spacing.some((value, i) => Math.abs(value - (spacing[i] ?? 0)) > 1e-3));
  if (other !== undefined) throw badDicom(other.name, 'its size or pixel spacing differs from the other slices’');
  checkVolumeSize(columns, rows, sorted.length, 'The series');
  const steps = sorted.slice(1).map((slice, i) => (sorted[i]?.position[2] ?? 0) - slice.position[2]);
  const step = sorted.length === 1 ? 1 : median(steps);
  const odd = steps.findIndex((value) => value < 1e-3 || value > 1.5 * step);
  if (odd >= 0) {
    const [above, below] = [sorted[odd]?.name, sorted[odd + 1]?.name];
    throw new CovidCtError('BAD_INPUT', (steps[odd] ?? 0) < 1e-3 ? `${above} and ${below} lie at the same place.` : `Between ${above} and ${below} slices are missing: ${(steps[odd] ?? 0).toFixed(1)} mm, where ${step.toFixed(1)} mm is usual.`, {
      hint: 'Export the whole series again, without doubles.',
    });
  }
  const units = new Int16Array(columns * rows * sorted.length);
  sorted.forEach((slice, i) => units.set(slice.units, i * columns * rows));
  return { columns, rows, slices: sorted.length, spacing: [spacing[0], spacing[1], step], units };
}
