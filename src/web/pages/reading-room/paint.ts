import { hounsfieldToGray, type Window } from '../../../imaging/index.ts';

/** What a frame's bytes are; see the server's description of frames. */
export type FrameKind = 'gray8' | 'rgb8' | 'hounsfield';

/** A pixel of gray as canvas bytes in this machine's order: little-endian, as every browser's machine is. */
const opaque = (red: number, green: number, blue: number): number => (255 << 24) | (blue << 16) | (green << 8) | red;

const grayPixels = Int32Array.from({ length: 256 }, (_, gray) => opaque(gray, gray, gray));

/** The pixel of each Hounsfield unit from −32,768 on: a change of the window costs one table, not a picture. */
export function windowPixels(window: Window): Int32Array {
  return Int32Array.from({ length: 65_536 }, (_, i) => grayPixels[Math.round(hounsfieldToGray(i - 32_768, window))] ?? 0);
}

/** Paints a frame into a canvas of its size. @param pixels of {@link windowPixels}, for Hounsfield units */
export function paintFrame(image: ImageData, frame: Uint8Array, kind: FrameKind, pixels: Int32Array | undefined): void {
  const out = new Int32Array(image.data.buffer);
  if (kind === 'rgb8') {
    for (let i = 0, at = 0; i < out.length; i++, at += 3) out[i] = opaque(frame[at] as number, frame[at + 1] as number, frame[at + 2] as number);
  } else if (kind === 'gray8' || pixels === undefined) {
    for (let i = 0; i < out.length; i++) out[i] = grayPixels[frame[i] as number] as number;
  } else {
    const units = new Int16Array(frame.buffer, frame.byteOffset, out.length);
    for (let i = 0; i < out.length; i++) out[i] = pixels[(units[i] as number) + 32_768] as number;
  }
}
