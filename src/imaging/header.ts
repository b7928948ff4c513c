import { CovidCtError } from '../base/pure.ts';
import type { PictureHeader } from './picture.ts';

/**
 * Reads what an image file says of itself, without decoding a pixel: format by magic bytes, size, mode as Pillow names
 * it, EXIF orientation. Sources: PNG (W3C PNG 3rd ed., 11.2 IHDR), JPEG (ITU T.81, B.2.2), GIF89a, BMP (BITMAPINFOHEADER),
 * TIFF 6.0, WebP (RFC 9649), Exif 2.32.
 */

/** What the parsers below hand over to {@link readPictureHeader}. */
type Fields = Omit<PictureHeader, 'format'>;

const unknownHeader: PictureHeader = { format: 'unknown', mode: '', bitDepth: 0, width: 0, height: 0, orientation: 1 };

function text(bytes: Uint8Array, start: number, length: number): string {
  let result = '';
  for (let i = start; i < start + length && i < bytes.length; i++) result += String.fromCharCode(bytes[i] as number);
  return result;
}

/** The format by the first bytes, whatever the file's name says. */
export function pictureFormat(bytes: Uint8Array): PictureHeader['format'] {
  const start = text(bytes, 0, 12);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'gif';
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'tiff';
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return 'webp';
  if (start.startsWith('BM')) return 'bmp';
  return 'unknown';
}

/** One image file directory of TIFF, as numbers by tag; values that are no short numbers are left out. */
function readDirectory(view: DataView, start: number): ReadonlyMap<number, readonly number[]> {
  const order = view.getUint16(start);
  if (order !== 0x4949 && order !== 0x4d4d) throw new RangeError('no byte order mark');
  const little = order === 0x4949;
  const directory = start + view.getUint32(start + 4, little);
  const count = view.getUint16(directory, little);
  const tags = new Map<number, readonly number[]>();
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    const type = view.getUint16(entry + 2, little);
    const values = view.getUint32(entry + 4, little);
    const size = type === 3 ? 2 : type === 4 ? 4 : type === 1 ? 1 : 0;
    if (size === 0 || values === 0 || values > 16) continue;
    const at = values * size <= 4 ? entry + 8 : start + view.getUint32(entry + 8, little);
    const read = (k: number): number =>
      size === 1 ? view.getUint8(at + k) : size === 2 ? view.getUint16(at + 2 * k, little) : view.getUint32(at + 4 * k, little);
    tags.set(view.getUint16(entry, little), Array.from({ length: values }, (_, k) => read(k)));
  }
  return tags;
}

/** The orientation in an Exif block; 1 where the block is absent, broken or says nothing: pictures show without it. */
function exifOrientation(view: DataView, start: number): number {
  try {
    const value = readDirectory(view, start).get(274)?.[0] ?? 1;
    return value >= 1 && value <= 8 ? value : 1;
  } catch {
    return 1;
  }
}

const pngModes: Readonly<Record<number, string>> = { 0: 'L', 2: 'RGB', 3: 'P', 4: 'LA', 6: 'RGBA' };

function readPng(bytes: Uint8Array, view: DataView): Fields {
  if (text(bytes, 12, 4) !== 'IHDR') throw new RangeError('the first chunk is not IHDR');
  const bitDepth = view.getUint8(24);
  const colourType = view.getUint8(25);
  const mode = pngModes[colourType];
  if (mode === undefined || ![1, 2, 4, 8, 16].includes(bitDepth)) throw new RangeError(`colour type ${colourType} with ${bitDepth} bits`);
  let orientation = 1;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const chunk = text(bytes, at + 4, 4);
    if (chunk === 'IDAT') break;
    if (chunk === 'eXIf') orientation = exifOrientation(view, at + 8);
  }
  return {
    mode: colourType !== 0 ? mode : bitDepth === 1 ? '1' : bitDepth === 16 ? 'I;16' : 'L',
    bitDepth,
    width: view.getUint32(16),
    height: view.getUint32(20),
    orientation,
  };
}

function readJpeg(bytes: Uint8Array, view: DataView): Fields {
  let orientation = 1;
  let at = 2;
  for (;;) {
    while (view.getUint8(at) !== 0xff) at += 1;
    while (view.getUint8(at) === 0xff) at += 1;
    const marker = view.getUint8(at);
    at += 1;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (marker === 0xd9 || marker === 0xda) throw new RangeError('the picture starts without a frame header');
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const components = view.getUint8(at + 7);
      const mode = components === 1 ? 'L' : components === 3 ? 'RGB' : components === 4 ? 'CMYK' : undefined;
      if (mode === undefined) throw new RangeError(`${components} colour components`);
      return { mode, bitDepth: view.getUint8(at + 2), width: view.getUint16(at + 5), height: view.getUint16(at + 3), orientation };
    }
    if (marker === 0xe1 && text(bytes, at + 2, 6) === 'Exif\0\0') orientation = exifOrientation(view, at + 8);
    at += view.getUint16(at);
  }
}

function readGif(_: Uint8Array, view: DataView): Fields {
  return { mode: 'P', bitDepth: 8, width: view.getUint16(6, true), height: view.getUint16(8, true), orientation: 1 };
}

function readBmp(_: Uint8Array, view: DataView): Fields {
  const old = view.getUint32(14, true) === 12;
  const bits = view.getUint16(old ? 24 : 28, true);
  return {
    mode: bits === 1 ? '1' : bits <= 8 ? 'P' : 'RGB',
    bitDepth: Math.min(bits, 8),
    width: old ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true)),
    height: old ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true)),
    orientation: 1,
  };
}

function readTiff(_: Uint8Array, view: DataView): Fields {
  const tags = readDirectory(view, 0);
  const value = (tag: number, otherwise: number): number => tags.get(tag)?.[0] ?? otherwise;
  const bitDepth = value(258, 1);
  const samples = value(277, 1);
  const photometric = value(262, 1);
  const gray = bitDepth === 1 ? '1' : bitDepth === 16 ? 'I;16' : bitDepth === 32 ? (value(339, 1) === 3 ? 'F' : 'I') : 'L';
  const orientation = value(274, 1);
  return {
    mode: photometric === 3 ? 'P' : photometric === 5 ? 'CMYK' : samples === 1 ? gray : samples === 2 ? 'LA' : samples === 3 ? 'RGB' : 'RGBA',
    bitDepth,
    width: value(256, 0),
    height: value(257, 0),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}

function readWebp(bytes: Uint8Array, view: DataView): Fields {
  const chunk = text(bytes, 12, 4);
  const fields = { bitDepth: 8, orientation: 1 };
  if (chunk === 'VP8 ') return { ...fields, mode: 'RGB', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { ...fields, mode: (bits >>> 28) & 1 ? 'RGBA' : 'RGB', width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (chunk !== 'VP8X') throw new RangeError(`the first chunk is ${JSON.stringify(chunk)}`);
  const read24 = (at: number): number => view.getUint16(at, true) + 65536 * view.getUint8(at + 2);
  let orientation = 1;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (text(bytes, at, 4) === 'EXIF') orientation = exifOrientation(view, at + 8 + (text(bytes, at + 8, 6) === 'Exif\0\0' ? 6 : 0));
    at += 8 + size + (size & 1);
  }
  return { bitDepth: 8, orientation, mode: view.getUint8(20) & 0x10 ? 'RGBA' : 'RGB', width: 1 + read24(24), height: 1 + read24(27) };
}

const readers = { png: readPng, jpeg: readJpeg, gif: readGif, bmp: readBmp, tiff: readTiff, webp: readWebp } as const;

/**
 * Reads a picture's header: some microseconds a file, nothing decoded, no more memory than the fields.
 *
 * @param bytes the file, or at least as much of it as holds the header (TIFF may keep its directory at the end)
 * @returns format `unknown` with size 0 and mode `''` where the first bytes are of no format that is known here
 * @throws CovidCtError BAD_IMAGE where they are, and what follows is cut or contradicts the format
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader {
  const format = pictureFormat(bytes);
  if (format === 'unknown') return unknownHeader;
  try {
    const fields = readers[format](bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (fields.width === 0 || fields.height === 0) throw new RangeError(`its size is ${fields.width}×${fields.height}`);
    return { format, ...fields };
  } catch (error) {
    const reason = error instanceof RangeError && !/bounds/i.test(error.message) ? error.message : 'it is cut short';
    throw new CovidCtError('BAD_IMAGE', `The header of this ${format} picture cannot be read: ${reason}.`, { cause: error });
  }
}
