import { CovidCtError } from '../../base/index.ts';

/**
 * Chunks of a PNG (W3C PNG 3rd ed., 11) that say how its pixels look. Text (tEXt, zTXt, iTXt), Exif (eXIf), time and what is not
 * known may hold names, and go.
 */
const keptChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'pHYs', 'cICP']);

function broken(what: string): CovidCtError {
  return new CovidCtError('BAD_IMAGE', `The ${what} is broken: its parts do not follow one another.`, { hint: 'Save it again, or export it anew.' });
}

/** A picture's bytes without what is no picture, and the names of what was taken out. The pixels' bytes stay as they are. */
export interface Stripped {
  readonly bytes: Uint8Array;
  readonly removed: readonly string[];
}

/** Takes from a PNG all that is not its picture, also what follows its end. @throws CovidCtError BAD_IMAGE */
export function stripPng(bytes: Uint8Array): Stripped {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  const removed: string[] = [];
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw broken('PNG');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const next = at + 12 + length;
    if (next > bytes.length || !/^[A-Za-z]{4}$/.test(type)) throw broken('PNG');
    if (keptChunks.has(type)) parts.push(bytes.subarray(at, next));
    else removed.push(type);
    at = next;
    if (type !== 'IEND') continue;
    if (at < bytes.length) removed.push(`${bytes.length - at} bytes after its end`);
    return { bytes: Buffer.concat(parts), removed };
  }
}

/**
 * Takes from a JPEG (ITU T.81, annex B) its comments and application segments, but for Adobe's (APP14), which says what its colours
 * mean, JFIF's (APP0) without its thumbnail, and the colour profile (APP2, ICC); also what follows its end.
 * @throws CovidCtError BAD_IMAGE
 */
export function stripJpeg(bytes: Uint8Array): Stripped {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  const removed: string[] = [];
  for (let at = 2; ; ) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined) throw broken('JPEG');
    if (marker === 0xd9) {
      parts.push(bytes.subarray(at, at + 2));
      if (at + 2 < bytes.length) removed.push(`${bytes.length - at - 2} bytes after its end`);
      return { bytes: Buffer.concat(parts), removed };
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const next = at + 2 + length;
    if (length < 2 || next > bytes.length) throw broken('JPEG');
    const segment = bytes.subarray(at, next);
    const begins = (text: string): boolean => Buffer.from(segment.subarray(4, 4 + text.length)).toString('latin1') === text;
    const application = marker >= 0xe0 && marker <= 0xef;
    const colour = (marker === 0xee && begins('Adobe')) || (marker === 0xe2 && begins('ICC_PROFILE')) || (marker === 0xe0 && begins('JFIF') && length === 16);
    if (marker === 0xfe) removed.push('comment');
    else if (application && !colour) removed.push(`APP${marker - 0xe0}`);
    else parts.push(segment);
    at = next;
    if (marker !== 0xda) continue;
    const end = endOfScan(bytes, at);
    parts.push(bytes.subarray(at, end));
    at = end;
  }
}

/** Where the compressed data of a scan end: at a marker. FF within them is followed by 00, or by a restart marker (D0–D7). */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw broken('JPEG');
}
