import { data, log } from 'dcmjs';
import { CovidCtError } from '../../base/index.ts';

const { DicomMessage, DicomMetaDictionary, ReadBufferStream } = data;

// The parser reads on behind the end of a file, filling up with zeros for as long as an element claims to be: 4 GB of them for a file of half
// a megabyte with a wrong length. Every read moves on by this, so that none gets past the end.
const { increment: moveOn } = ReadBufferStream.prototype;
ReadBufferStream.prototype.increment = function increment(step) {
  if (this.offset + step > this.endOffset) throw new RangeError('an element ends after the file does');
  return moveOn.call(this, step);
};

// It warns on the console of each value representation that it does not know; what matters is told by errors here.
log.getLogger('validation.dcmjs').setLevel('silent', false);

/** A data element as text: for looking through what a file says of its patient. Pixels and sequences' contents are not spelled out. */
export interface DicomElement {
  /** `00100010`. */
  readonly tag: string;
  /** The standard's keyword (`PatientName`), or `undefined` for private elements and such as are not in the dictionary. */
  readonly keyword: string | undefined;
  /** Value representation: `PN`. */
  readonly vr: string;
  /** Values joined by a backslash, as in the file; `undefined` for binary values and sequences. */
  readonly text: string | undefined;
}

/** A parsed DICOM file (PS3.10), not yet looked at as a picture. */
export interface DicomFile {
  /** How the file is called in messages. */
  readonly name: string;
  readonly transferSyntax: string;
  /** Numbers of an element; empty where it is absent or holds none. */
  numbers(tag: string): readonly number[];
  /** The first text of an element; empty where it is absent. */
  text(tag: string): string;
  /** What the pixel data element holds: one native frame, or the fragments of an encapsulated one. */
  readonly pixels: readonly ArrayBuffer[];
  /** Every element of the data set, those in sequences among them, in the file's order. */
  elements(): readonly DicomElement[];
}

/** An error about a file that is no DICOM or a broken one. */
export function badDicom(name: string, why: string, hint = 'Export the series again, uncompressed, from the PACS or viewer.', cause?: unknown): CovidCtError {
  return new CovidCtError('BAD_IMAGE', `${name}: ${why}.`, { hint, cause });
}

type Elements = InstanceType<typeof data.DicomDict>['dict'];

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  // A person's name comes in up to three writings.
  if (typeof value === 'object' && value !== null) return Object.values(value).filter((part) => typeof part === 'string').join('=');
  return '';
}

function* walk(elements: Elements): Generator<DicomElement> {
  for (const [tag, { vr, Value: values = [] }] of Object.entries(elements)) {
    const keyword = DicomMetaDictionary.dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`]?.name;
    const binary = values.some((value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value));
    yield { tag, keyword, vr, text: binary || vr === 'SQ' ? undefined : values.map(asText).join('\\') };
    if (vr === 'SQ') for (const item of values) if (typeof item === 'object' && item !== null) yield* walk(item as Elements);
  }
}

/** Whether bytes begin as a DICOM file does: a preamble of 128 bytes, then `DICM`. */
export function isDicom(bytes: Uint8Array): boolean {
  return bytes.length > 132 && [0x44, 0x49, 0x43, 0x4d].every((byte, i) => bytes[128 + i] === byte);
}

/**
 * Whether an element with so many bytes of pixels ends within the file. The parser fills up with zeros what a file that was cut short
 * lacks, and black lungs look healthy.
 */
function holdsPixels(bytes: Uint8Array, length: number, little: boolean): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = Buffer.from(little ? [0xe0, 0x7f, 0x10, 0x00] : [0x7f, 0xe0, 0x00, 0x10]);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = file.indexOf(tag); at >= 0; at = file.indexOf(tag, at + 1)) {
    // The length follows the tag, or the tag, two letters and two bytes that are reserved.
    for (const header of [8, 12]) {
      if (at + header + length <= bytes.length && view.getUint32(at + header - 4, little) === length) return true;
    }
  }
  return false;
}

const deflated = '1.2.840.10008.1.2.1.99';
/** Transfer syntaxes (PS3.5, annex A) that are told apart here and where pixels are decoded. */
export const bigEndian = '1.2.840.10008.1.2.2';
export const runLength = '1.2.840.10008.1.2.5';
/** Implicit and explicit little-endian, explicit big-endian: pixels as they are. */
export const nativeSyntaxes: readonly string[] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', bigEndian];

/**
 * Parses a DICOM file.
 * @param name how the file is called in messages
 * @throws CovidCtError BAD_IMAGE for what is no DICOM file, broken, or deflated (of which nobody knows how large it grows)
 */
export function parseDicom(bytes: Uint8Array, name: string): DicomFile {
  if (!isDicom(bytes)) throw badDicom(name, 'no DICOM file: it lacks the mark DICM after 128 bytes', 'Give files as a scanner or PACS exports them.');
  // Not slice(): of a Buffer it is a view into memory shared with others.
  const buffer = new Uint8Array(bytes).buffer;
  try {
    const head = DicomMessage.readFile(buffer, { untilTag: '00080000' });
    const transferSyntax = String(head.meta['00020010']?.Value?.[0] ?? '').trim();
    if (transferSyntax === deflated) throw badDicom(name, 'a deflated DICOM file, which is not read');
    const { dict } = DicomMessage.readFile(buffer);
    const valuesOf = (tag: string): readonly unknown[] => dict[tag]?.Value ?? [];
    const pixels = valuesOf('7FE00010').filter((value): value is ArrayBuffer => value instanceof ArrayBuffer);
    const [native] = pixels;
    if (nativeSyntaxes.includes(transferSyntax) && native !== undefined && !holdsPixels(bytes, native.byteLength, transferSyntax !== bigEndian)) {
      throw badDicom(name, 'it is cut short: its pixels end after the file does', 'Export or fetch it again.');
    }
    return {
      name,
      transferSyntax,
      numbers: (tag) => valuesOf(tag).map(Number).filter((value) => Number.isFinite(value)),
      text: (tag) => asText(valuesOf(tag)[0]).trim(),
      pixels,
      elements: () => [...walk(dict)],
    };
  } catch (error) {
    if (error instanceof CovidCtError) throw error;
    throw badDicom(name, `a DICOM file that cannot be read: ${error instanceof Error ? error.message : String(error)}`, undefined, error);
  }
}
