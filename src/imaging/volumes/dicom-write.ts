import { data } from 'dcmjs';
import { sliceUnits, type Volume } from './volume.ts';

const ctStorage = '1.2.840.10008.5.1.4.1.1.2';

/** An identifier in the form of the standard's annex B.2 (UUID-derived), from whole numbers. */
const identifier = (...parts: readonly number[]): string => `2.25.${parts.map((part) => String(part + 1).padStart(6, '0')).join('').replace(/^0+/, '')}`;

/**
 * One slice of a synthetic volume as a DICOM CT file (explicit little-endian; stored values are Hounsfield units + 1024).
 * The patient is called a synthetic phantom.
 * @param series a whole number that names the series
 */
export function dicomOfSlice(volume: Volume, slice: number, series: number): Uint8Array {
  const { DicomDict } = data;
  const instance = identifier(series, slice);
  const text = (vr: string, ...values: readonly string[]) => ({ vr, Value: values });
  const short = (value: number) => ({ vr: 'US', Value: [value] });
  const [column, row, step] = volume.spacing;
  const z = ((volume.slices - 1) / 2 - slice) * step;
  const stored = Uint16Array.from(sliceUnits(volume, slice), (units) => Math.min(65_535, Math.max(0, units + 1024)));
  const file = new DicomDict({
    '00020002': text('UI', ctStorage),
    '00020003': text('UI', instance),
    '00020010': text('UI', '1.2.840.10008.1.2.1'),
    '00020012': text('UI', '2.25.746032'),
  });
  file.dict = {
    '00080008': text('CS', 'DERIVED', 'SECONDARY', 'AXIAL'),
    '00080016': text('UI', ctStorage),
    '00080018': text('UI', instance),
    '00080060': text('CS', 'CT'),
    '00100010': { vr: 'PN', Value: ['Synthetic^Phantom'] },
    '00100020': text('LO', 'SYNTHETIC'),
    '0020000D': text('UI', identifier(series)),
    '0020000E': text('UI', identifier(series, 0)),
    '00200013': text('IS', String(slice + 1)),
    '00200032': text('DS', String(-(volume.columns / 2) * column), String(-(volume.rows / 2) * row), String(z)),
    '00200037': text('DS', '1', '0', '0', '0', '1', '0'),
    '00280002': short(1),
    '00280004': text('CS', 'MONOCHROME2'),
    '00280010': short(volume.rows),
    '00280011': short(volume.columns),
    '00280030': text('DS', row.toFixed(6), column.toFixed(6)),
    '00280100': short(16),
    '00280101': short(16),
    '00280102': short(15),
    '00280103': short(0),
    '00281052': text('DS', '-1024'),
    '00281053': text('DS', '1'),
    '00281054': text('LO', 'HU'),
    '7FE00010': { vr: 'OW', Value: [stored.buffer] },
  };
  return new Uint8Array(file.write());
}
