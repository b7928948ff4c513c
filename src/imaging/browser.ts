/** The half of imaging that needs a browser: decoding. Node never loads it. */
import { CovidCtError } from '../base/pure.ts';
import { readPictureHeader } from './header.ts';
import type { Picture, PictureHeader } from './picture.ts';

/** 100 megapixels, as in Node. */
const mostPixels = 100_000_000;

function refuse(what: string, hint: string, cause?: unknown): CovidCtError {
  return new CovidCtError('BAD_IMAGE', what, { hint, cause });
}

interface Samples {
  readonly width: number;
  readonly height: number;
  /** R, G, B, A of each pixel; colours are not multiplied by alpha. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** By a canvas. It multiplies colours by alpha, and so loses some where something is transparent: undefined then. */
function readCanvas(bitmap: ImageBitmap): Samples | undefined {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw refuse('This browser gives no canvas to decode pictures with.', 'Use a current Chromium, Firefox or Safari.');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return undefined;
  return { width, height, data };
}

/** By a texture, which keeps colours as they are, whatever their alpha. */
function readTexture(bitmap: ImageBitmap): Samples {
  const { width, height } = bitmap;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) {
    throw refuse('This browser cannot decode this picture, which has transparent pixels, exactly.', 'Convert it to one without alpha, or use a browser with WebGL 2.');
  }
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const data = new Uint8Array(4 * width * height);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
  const fault = gl.getError();
  // A page may hold few contexts: this one is given back now, not when it is collected.
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  if (fault !== gl.NO_ERROR) throw refuse(`This browser could not read the picture's transparent pixels (WebGL error ${fault}).`, 'Convert it to one without alpha.');
  return { width, height, data };
}

async function decodeSamples(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Samples> {
  const bitmap = await createImageBitmap(new Blob([bytes], { type }), { colorSpaceConversion: 'none', premultiplyAlpha: 'none', imageOrientation: 'from-image' });
  try {
    return readCanvas(bitmap) ?? readTexture(bitmap);
  } finally {
    bitmap.close();
  }
}

/** As many channels as Node's decoder gives: one where the file is gray, four where something is transparent. */
function asPicture({ width, height, data }: Samples, mode: string): Picture {
  const pixels = width * height;
  let opaque = true;
  for (let i = 3; i < data.length && opaque; i += 4) opaque = data[i] === 255;
  const channels = ['1', 'L', 'I;16'].includes(mode) && opaque ? 1 : opaque ? 3 : 4;
  const samples = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++) for (let c = 0; c < channels; c++) samples[i * channels + c] = data[4 * i + c] ?? 0;
  return { width, height, channels, data: samples };
}

function check(header: PictureHeader): void {
  const { format, bitDepth, width, height, mode } = header;
  if (format === 'unknown' || format === 'bmp' || format === 'tiff') throw refuse(`A browser does not decode this picture (${format}).`, 'Use PNG, JPEG, GIF or WebP.');
  // What a browser makes of these differs from what Pillow makes of them, so that scores would differ, too.
  if (bitDepth > 8 || mode === 'CMYK') throw refuse(`A picture of ${mode === 'CMYK' ? 'CMYK' : `${bitDepth} bits a sample`} is not decoded exactly in a browser.`, 'Convert it to RGB or gray of 8 bits, or use the command line.');
  if (width * height > mostPixels) {
    throw new CovidCtError('LIMIT_EXCEEDED', `The picture says that it is ${width}×${height} pixels, above the limit of ${mostPixels.toLocaleString('en')}.`, { hint: 'Scale it down first.' });
  }
}

/**
 * Decodes a picture in a browser (PNG, JPEG, GIF, WebP by magic bytes; of several frames the first), EXIF orientation applied.
 * The samples are those in the file: no colour profile is applied, and colours are not multiplied by alpha; PNG equal to
 * Node's, JPEG within one level.
 * @throws CovidCtError LIMIT_EXCEEDED, or BAD_IMAGE for what is corrupt, of 16 bits, CMYK, or no picture
 */
export async function decodePicture(bytes: Uint8Array<ArrayBuffer>): Promise<Picture> {
  const header = readPictureHeader(bytes);
  check(header);
  const type = `image/${header.format}`;
  try {
    return asPicture(await decodeSamples(bytes, type), header.mode);
  } catch (error) {
    if (error instanceof CovidCtError) throw error;
    throw refuse(`The ${header.format} picture of ${header.width}×${header.height} cannot be decoded: ${error instanceof Error ? error.message : String(error)}.`, 'The file is corrupt or cut short: fetch it again.', error);
  }
}
