/** The colour mode of decoded pixels: one, three or four channels of 8 bits. */
export type PictureMode = 'gray' | 'rgb' | 'rgba';

/** Decoded pixels: 8-bit samples in rows, channels interleaved, `data.length = width * height * channels`. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** What a file says of itself before its pixels are decoded. */
export interface PictureHeader {
  /** By magic bytes, whatever the name says. */
  readonly format: 'png' | 'jpeg' | 'gif' | 'bmp' | 'tiff' | 'webp' | 'unknown';
  /** As Pillow names modes: `1`, `L`, `LA`, `P`, `RGB`, `RGBA`, `I;16`, `CMYK`. */
  readonly mode: string;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** Pixels, as stored: before the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8; 1 where there is none. */
  readonly orientation: number;
}

/** The mode of a picture by its channels. */
export function modeOf(picture: Picture): PictureMode {
  return picture.channels === 1 ? 'gray' : picture.channels === 3 ? 'rgb' : 'rgba';
}
