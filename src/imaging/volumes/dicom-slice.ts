import { endianness } from 'node:os';
import { badDicom, bigEndian, nativeSyntaxes, runLength, type DicomFile } from './dicom-file.ts';

/** One axial slice of a CT series, in Hounsfield units. */
export interface DicomSlice {
  readonly name: string;
  readonly series: string;
  readonly columns: number;
  readonly rows: number;
  /** Millimetres between columns, and between rows. */
  readonly spacing: readonly [column: number, row: number];
  /** Where the first pixel's middle is in the patient, in millimetres: towards left, back and head. */
  readonly position: readonly [x: number, y: number, z: number];
  readonly units: Int16Array<ArrayBuffer>;
}

/** RLE Lossless (PS3.5, annex G): up to 15 segments of PackBits, one a byte of the samples, the high bytes first. */
function decodeRunLength(fragment: Uint8Array, samples: number, name: string): Uint8Array {
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const broken = () => badDicom(name, 'its run-length coded pixels are broken');
  if (view.byteLength < 64 || view.getUint32(0, true) !== 2) throw broken();
  const result = new Uint8Array(2 * samples);
  for (let segment = 0; segment < 2; segment++) {
    let from = view.getUint32(4 + 4 * segment, true);
    for (let done = 0; done < samples; ) {
      const control = fragment[from++];
      if (control === undefined) throw broken();
      if (control === 128) continue;
      const count = control < 128 ? control + 1 : 257 - control;
      for (let k = 0; k < count && done < samples; k++, done++) result[2 * done + 1 - segment] = fragment[control < 128 ? from + k : from] ?? 0;
      from += control < 128 ? count : 1;
    }
  }
  return result;
}

function join(parts: readonly ArrayBuffer[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return new Uint8Array(parts[0]);
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return joined;
}

/** Samples of 16 bits as stored: `[rows, columns]`, at least. */
function storedWords(file: DicomFile, samples: number): Uint16Array {
  const native = nativeSyntaxes.includes(file.transferSyntax);
  if (!native && file.transferSyntax !== runLength) {
    throw badDicom(file.name, `its pixels are compressed (transfer syntax ${file.transferSyntax || 'unknown'}), which is not decoded here`, 'Decompress it first: gdcmconv --raw IN OUT (GDCM), or dcmdjpeg IN OUT (DCMTK).');
  }
  const bytes = native ? join(file.pixels) : decodeRunLength(join(file.pixels), samples, file.name);
  if (bytes.length < 2 * samples) throw badDicom(file.name, `it holds ${bytes.length} bytes of pixels where ${2 * samples} are wanted`, 'The file is cut short: export it again.');
  const own = new Uint8Array(bytes.buffer, bytes.byteOffset, 2 * samples).slice();
  if ((file.transferSyntax === bigEndian) === littleMachine) Buffer.from(own.buffer).swap16();
  return new Uint16Array(own.buffer);
}

const littleMachine = endianness() === 'LE';

/** How stored words become Hounsfield units. */
interface Rescale {
  readonly stored: number;
  readonly signed: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly padding: number | undefined;
}

let last: { readonly key: string; readonly table: Int16Array } | undefined;

/** The Hounsfield units of each of the 65,536 words: slices of a series share it, and a look-up is all that a pixel costs. */
function unitTable(rescale: Rescale): Int16Array {
  const key = JSON.stringify(rescale);
  if (last?.key === key) return last.table;
  const { stored, signed, slope, intercept, padding } = rescale;
  const unused = 32 - stored;
  const table = Int16Array.from({ length: 65_536 }, (_, word) => {
    const value = signed ? (word << unused) >> unused : (word << unused) >>> unused;
    return value === padding ? -1024 : Math.min(32_767, Math.max(-32_768, Math.round(value * slope + intercept)));
  });
  last = { key, table };
  return table;
}

const one = (file: DicomFile, tag: string, what: string, otherwise?: number): number => {
  const value = file.numbers(tag)[0] ?? otherwise;
  if (value === undefined) throw badDicom(file.name, `it does not say its ${what}`);
  return value;
};

/** Where a slice lies; axial ones only, head first or feet first is told by the position. */
function placeOf(file: DicomFile): Pick<DicomSlice, 'spacing' | 'position'> {
  const [row, column] = file.numbers('00280030');
  const [x, y, z] = file.numbers('00200032');
  const orientation = file.numbers('00200037');
  if (row === undefined || column === undefined || !(row > 0 && column > 0)) throw badDicom(file.name, 'it does not say how far its pixels are apart (PixelSpacing)');
  if (x === undefined || y === undefined || z === undefined || orientation.length !== 6) throw badDicom(file.name, 'it does not say where in the patient it lies');
  // Directions of rows and columns within a degree or two of the axes; a tilted gantry or a coronal slice is another thing.
  const axial = [1, 0, 0, 0, 1, 0].every((wanted, i) => Math.abs((orientation[i] ?? 0) - wanted) < 0.05);
  if (!axial) throw badDicom(file.name, 'not an axial slice of a patient on the back: its orientation differs', 'Choose the axial series; reformat it where the gantry was tilted.');
  return { spacing: [column, row], position: [x, y, z] };
}

/**
 * One slice of a CT series in Hounsfield units: stored value · slope + intercept (PS3.3, C.7.6.16 and C.8.2.1), rounded.
 * Pixels of the padding value are air.
 * @throws CovidCtError BAD_IMAGE for what is no CT, has several frames, colours, another depth, pixels that {@link decompressDicom} does not decode, or too few of them
 */
export function dicomSlice(file: DicomFile): DicomSlice {
  const modality = file.text('00080060');
  if (modality !== 'CT') throw badDicom(file.name, `its modality is ${modality || 'not told'}, and only CT has Hounsfield units`, 'Choose the CT series.');
  if (one(file, '00280008', 'frames', 1) > 1) throw badDicom(file.name, 'it holds several frames (enhanced CT), which are not read', 'Export the series as one file a slice.');
  const rows = one(file, '00280010', 'rows');
  const columns = one(file, '00280011', 'columns');
  const stored = one(file, '00280101', 'bits', 16);
  const type = file.text('00281054');
  if (one(file, '00280100', 'bits') !== 16 || one(file, '00280002', 'samples', 1) !== 1 || stored < 1 || stored > 16) throw badDicom(file.name, 'its pixels are not gray of 16 bits');
  if (type !== '' && type !== 'HU') throw badDicom(file.name, `its units are ${type}, not Hounsfield units`);
  if (!(rows > 0 && columns > 0 && rows <= 4096 && columns <= 4096)) throw badDicom(file.name, `it says that it is ${columns}×${rows} pixels`);
  const samples = rows * columns;
  const words = storedWords(file, samples);
  const table = unitTable({
    stored,
    signed: one(file, '00280103', 'sign', 0) === 1,
    slope: one(file, '00281053', 'slope', 1),
    intercept: one(file, '00281052', 'intercept'),
    padding: file.numbers('00280120')[0],
  });
  const units = new Int16Array(samples);
  for (let i = 0; i < samples; i++) units[i] = table[words[i] as number] as number;
  return { name: file.name, series: file.text('0020000E'), columns, rows, ...placeOf(file), units };
}
