import { constants, gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { NIFTI1, isCompressed, isNIFTI, readHeader, readImage } from 'nifti-reader-js';
import { CovidCtError } from '../../base/index.ts';
import { checkVolumeSize, type Volume } from './volume.ts';

const unzip = promisify(gunzip);
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** Packed bytes that hold the header, and extensions of a usual size. */
const packedBeginning = 65_536;
/** What may stand before the voxels, and after them. */
const mostBefore = 64 * 1024 * 1024;

function bad(name: string, why: string, hint: string, cause?: unknown): CovidCtError {
  return new CovidCtError('BAD_IMAGE', `${name}: ${why}.`, { hint, cause });
}

type Read = (view: DataView, at: number, little: boolean) => number;
/** Readers by the standard's data type code, with their bytes. */
const types: ReadonlyMap<number, readonly [bytes: number, read: Read]> = new Map([
  [NIFTI1.TYPE_UINT8, [1, (view, at) => view.getUint8(at)]],
  [NIFTI1.TYPE_INT8, [1, (view, at) => view.getInt8(at)]],
  [NIFTI1.TYPE_INT16, [2, (view, at, little) => view.getInt16(at, little)]],
  [NIFTI1.TYPE_UINT16, [2, (view, at, little) => view.getUint16(at, little)]],
  [NIFTI1.TYPE_INT32, [4, (view, at, little) => view.getInt32(at, little)]],
  [NIFTI1.TYPE_FLOAT32, [4, (view, at, little) => view.getFloat32(at, little)]],
  [NIFTI1.TYPE_FLOAT64, [8, (view, at, little) => view.getFloat64(at, little)]],
]);

/** How a voxel axis lies in the patient: which world axis (0 left–right, 1 back–front, 2 feet–head), which way, how long a step. */
interface AxisPlace {
  readonly world: number;
  readonly sign: number;
  readonly step: number;
}

/** World axes of a NIfTI file run to the right, front and head. Each voxel axis is taken for the one that it is nearest to. */
function axesOf(affine: readonly (readonly number[])[], name: string): readonly AxisPlace[] {
  const places = [0, 1, 2].map((axis): AxisPlace => {
    const column = [0, 1, 2].map((row) => affine[row]?.[axis] ?? 0);
    const world = column.reduce((best, value, i) => (Math.abs(value) > Math.abs(column[best] ?? 0) ? i : best), 0);
    return { world, sign: Math.sign(column[world] ?? 0), step: Math.hypot(...column) };
  });
  if (new Set(places.map(({ world }) => world)).size !== 3 || places.some(({ sign, step }) => sign === 0 || !Number.isFinite(step))) {
    throw bad(name, 'it does not say how it lies in the patient', 'Convert the series again, with dcm2niix for example.');
  }
  return places;
}

/**
 * A NIfTI volume (1 or 2, gzipped or not) in Hounsfield units: stored value · scl_slope + scl_inter, rounded; turned so that slices
 * are axial, from head to feet. Whether the numbers are Hounsfield units the format cannot say: they are refused where none is below −500, as no chest
 * CT is.
 * @throws CovidCtError BAD_IMAGE for what is no NIfTI file, broken, or no CT; LIMIT_EXCEEDED
 */
export async function readNifti(bytes: Uint8Array, name: string): Promise<Volume> {
  const hint = 'Give one .nii or .nii.gz volume of a chest CT.';
  // Not slice(): of a Buffer it is a view into memory shared with others.
  const given = new Uint8Array(bytes).buffer;
  try {
    // Of a gzipped file the beginning first: what it says of its size bounds what is unpacked.
    const beginning = isCompressed(given) ? bufferOf(await unzip(bytes.subarray(0, packedBeginning), { finishFlush: constants.Z_SYNC_FLUSH })) : given;
    if (!isNIFTI(beginning)) throw bad(name, 'no NIfTI file', hint);
    const header = readHeader(beginning);
    const [dimensions = 0, width = 0, height = 0, depth = 0, times = 1] = header.dims;
    if (dimensions < 3 || (dimensions > 3 && times > 1)) throw bad(name, `it has ${dimensions} dimensions, where one volume has 3`, hint);
    checkVolumeSize(width, height, depth, name);
    const type = types.get(header.datatypeCode);
    if (type === undefined) throw bad(name, `its numbers are of a type (${header.datatypeCode}) that is not read`, hint);
    const [size, read] = type;
    const voxels = width * height * depth * size;
    const data = isCompressed(given) ? bufferOf(await unzip(bytes, { maxOutputLength: voxels + mostBefore })) : given;
    const view = new DataView(readImage(header, data));
    if (view.byteLength < voxels) throw bad(name, 'it is cut short', 'Fetch or export it again.');
    const slope = header.scl_slope === 0 || !Number.isFinite(header.scl_slope) ? 1 : header.scl_slope;
    const intercept = header.scl_slope === 0 || !Number.isFinite(header.scl_inter) ? 0 : header.scl_inter;
    const stored = (index: number): number => read(view, index * size, header.littleEndian) * slope + intercept;
    return turned(stored, [width, height, depth], axesOf(header.affine, name), name);
  } catch (error) {
    if (error instanceof CovidCtError) throw error;
    throw bad(name, `it cannot be read as NIfTI: ${error instanceof Error ? error.message : String(error)}`, hint, error);
  }
}

function turned(stored: (index: number) => number, sizes: readonly [number, number, number], axes: readonly AxisPlace[], name: string): Volume {
  const strides = [1, sizes[0], sizes[0] * sizes[1]];
  // Columns run to the patient's left, rows to the back, slices to the feet: against all three world axes.
  const walk = [0, 1, 2].map((world) => {
    const axis = axes.findIndex((place) => place.world === world);
    const count = sizes[axis] ?? 0;
    const stride = strides[axis] ?? 0;
    const along = axes[axis]?.sign === -1;
    return { count, step: axes[axis]?.step ?? 1, start: along ? 0 : (count - 1) * stride, stride: along ? stride : -stride };
  });
  const [across, down, through] = walk;
  if (across === undefined || down === undefined || through === undefined) throw bad(name, 'it has no three axes', '');
  const units = new Int16Array(across.count * down.count * through.count);
  let lowest = Infinity;
  let at = 0;
  for (let k = 0; k < through.count; k++) {
    for (let j = 0; j < down.count; j++) {
      const row = across.start + down.start + through.start + k * through.stride + j * down.stride;
      for (let i = 0; i < across.count; i++) {
        const value = Math.round(stored(row + i * across.stride));
        if (value < lowest) lowest = value;
        units[at++] = Math.min(32767, Math.max(-32768, value));
      }
    }
  }
  if (!(lowest < -500)) throw bad(name, `its lowest value is ${lowest}, and a chest CT has air below −500 Hounsfield units`, 'Give the CT itself, not a mask or a picture made from it.');
  return { columns: across.count, rows: down.count, slices: through.count, spacing: [across.step, down.step, through.step], units };
}
