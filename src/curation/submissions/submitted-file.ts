import { CovidCtError, sha256 } from '../../base/index.ts';
import { hounsfieldToGray, lungWindow, readPictureHeader, type Picture, type Window } from '../../imaging/index.ts';
import { cleanDicom, decodePicture, decompressDicom, dicomSlice, encodePng, isDicom, parseDicom, type DicomFile } from '../../imaging/node.ts';
import { identitiesIn, saysBurnedIn, type Identity } from './dicom-identity.ts';
import { stripJpeg, stripPng } from './strip-metadata.ts';

/** A file that was given, read and freed of all that is no picture. */
export interface SubmittedFile {
  /** What is published: PNG or JPEG. */
  readonly bytes: Uint8Array;
  readonly format: 'png' | 'jpeg';
  readonly picture: Picture;
  /** Of a DICOM file: without identifying elements, its Hounsfield units as they were, and the window of the picture. */
  readonly hounsfield: { readonly bytes: Uint8Array; readonly window: Window } | null;
  /** What was taken out, by name. */
  readonly removed: readonly string[];
  /** What tells who the patient is: enough to refuse the file. */
  readonly identities: readonly Identity[];
  /** Whether the file itself says that text is burned into its pixels. */
  readonly saysBurnedIn: boolean;
}

/** The file's own window, if it has a sensible one; else the lungs'. */
function windowOf(file: DicomFile): Window {
  const [level] = file.numbers('00281050');
  const [width] = file.numbers('00281051');
  return level !== undefined && width !== undefined && width >= 1 && Math.abs(level) < 5000 ? { level, width } : lungWindow;
}

async function readDicom(bytes: Uint8Array, name: string): Promise<SubmittedFile> {
  const file = parseDicom(bytes, name);
  const decoded = await decompressDicom(file);
  const slice = dicomSlice(decoded);
  const window = windowOf(file);
  const inverted = file.text('00280004') === 'MONOCHROME1';
  const gray = Uint8Array.from(slice.units, (units) => {
    const level = Math.round(hounsfieldToGray(units, window));
    return inverted ? 255 - level : level;
  });
  const picture: Picture = { width: slice.columns, height: slice.rows, channels: 1, data: gray };
  const clean = cleanDicom(bytes, name, sha256(bytes), decoded === file ? undefined : decoded);
  const left = new Set(parseDicom(clean, name).elements().map(({ tag }) => tag));
  const removed = [...new Set(file.elements().flatMap(({ tag, keyword }) => (left.has(tag) ? [] : [keyword ?? `(${tag.slice(0, 4)},${tag.slice(4)})`])))];
  return { bytes: await encodePng(picture), format: 'png', picture, hounsfield: { bytes: clean, window }, removed, identities: identitiesIn(file), saysBurnedIn: saysBurnedIn(file) };
}

/**
 * Reads a PNG, a JPEG or a DICOM CT slice that somebody gave. The bytes of a PNG's or JPEG's pixels stay as they are; text, Exif and
 * what follows the end go. One that Exif turns is written anew as PNG, turned.
 * @throws CovidCtError BAD_IMAGE for what is neither or cannot be read, LIMIT_EXCEEDED
 */
export async function readSubmittedFile(bytes: Uint8Array, name: string): Promise<SubmittedFile> {
  if (isDicom(bytes)) return readDicom(bytes, name);
  const header = readPictureHeader(bytes);
  if (header.format !== 'png' && header.format !== 'jpeg') {
    throw new CovidCtError('BAD_IMAGE', `${name} is ${header.format === 'unknown' ? 'no picture that is known' : `a ${header.format.toUpperCase()}`}.`, { hint: 'Send PNG, JPEG or DICOM (CT, one file a slice).' });
  }
  const common = { hounsfield: null, identities: [], saysBurnedIn: false } as const;
  const stripped = header.format === 'png' ? stripPng(bytes) : stripJpeg(bytes);
  if (header.orientation === 1) return { ...common, ...stripped, format: header.format, picture: await decodePicture(stripped.bytes) };
  const picture = await decodePicture(bytes);
  return { ...common, bytes: await encodePng(picture), format: 'png', picture, removed: [...stripped.removed, 'its orientation, applied'] };
}
