import { type Picture } from '../../imaging/index.ts';

/** Whether all pixels have full alpha. */
function isOpaque(data: Uint8Array): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

/** Whether red, green and blue agree in all pixels. */
function isGray(data: Uint8Array, channels: 3 | 4): boolean {
  for (let at = 0; at < data.length; at += channels) {
    const red = data[at];
    if (red !== data[at + 1] || red !== data[at + 2]) return false;
  }
  return true;
}

/** A picture in as few channels as it needs: alpha goes where it is 255 everywhere, colour where all channels agree. */
export function simplify(picture: Picture): Picture {
  const { width, height, channels, data } = picture;
  if (channels === 1 || (channels === 4 && !isOpaque(data))) return picture;
  const pixels = width * height;
  if (isGray(data, channels)) {
    const slim = new Uint8Array(pixels);
    for (let i = 0, at = 0; i < pixels; i++, at += channels) slim[i] = data[at] as number;
    return { width, height, channels: 1, data: slim };
  }
  if (channels === 3) return picture;
  const slim = new Uint8Array(pixels * 3);
  for (let at = 0, into = 0; at < data.length; at += 4, into += 3) {
    slim[into] = data[at] as number;
    slim[into + 1] = data[at + 1] as number;
    slim[into + 2] = data[at + 2] as number;
  }
  return { width, height, channels: 3, data: slim };
}

/** The eight grays of each byte, as two words of four: a scanned page has so many bits that one at a time takes most of its reading. */
function bitTable(one: 0 | 255): Uint32Array {
  const table = new Uint8Array(256 * 8);
  for (let byte = 0; byte < 256; byte++) for (let bit = 0; bit < 8; bit++) table[byte * 8 + bit] = ((byte >> (7 - bit)) & 1) === 1 ? one : 255 - one;
  return new Uint32Array(table.buffer);
}

/** Rows of bits, each row filled up to whole bytes, as gray of 0 and 255. @param one the gray of a set bit */
export function unpackBits(bits: Uint8Array | Uint8ClampedArray, width: number, height: number, one: 0 | 255 = 255): Picture {
  const bytes = (width + 7) >> 3;
  const table = bitTable(one);
  const data = new Uint8Array(width * height);
  const words = new Uint32Array(bytes * 2);
  const row = new Uint8Array(words.buffer, 0, width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < bytes; x++) {
      const byte = bits[y * bytes + x] ?? 0;
      words[2 * x] = table[2 * byte] as number;
      words[2 * x + 1] = table[2 * byte + 1] as number;
    }
    data.set(row, y * width);
  }
  return { width, height, channels: 1, data };
}
