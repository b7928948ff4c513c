import { type Picture } from '../../imaging/index.ts';

/** A picture in as few channels as it needs: alpha goes where it is 255 everywhere, colour where all channels agree. */
export function simplify(picture: Picture): Picture {
  const { width, height, channels, data } = picture;
  if (channels === 1) return picture;
  const pixels = width * height;
  let opaque = true;
  let gray = true;
  for (let i = 0; i < pixels && (opaque || gray); i++) {
    const at = i * channels;
    if (channels === 4 && data[at + 3] !== 255) opaque = false;
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) gray = false;
  }
  if (channels === 4 && !opaque) return picture;
  const kept = gray ? 1 : 3;
  if (kept === channels) return picture;
  const slim = new Uint8Array(pixels * kept);
  for (let i = 0; i < pixels; i++) for (let c = 0; c < kept; c++) slim[i * kept + c] = data[i * channels + c] as number;
  return { width, height, channels: kept, data: slim };
}

/** Rows of bits, each row filled up to whole bytes, as gray of 0 and 255. @param one the gray of a set bit */
export function unpackBits(bits: Uint8Array | Uint8ClampedArray, width: number, height: number, one: 0 | 255 = 255): Picture {
  const row = (width + 7) >> 3;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = ((bits[y * row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
      data[y * width + x] = bit === 1 ? one : 255 - one;
    }
  }
  return { width, height, channels: 1, data };
}
