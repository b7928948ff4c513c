import type { Picture } from '../../imaging/index.ts';
import { asMatrix, compose, intersect, mapBox, orientationOf, type Matrix } from './matrix.ts';
import { readFloats, type Pdfium } from './pdfium-module.ts';
import { simplify } from './pixels.ts';
import type { Box, EmbeddedPicture } from './types.ts';

/** Kinds of page objects (fpdf_edit.h). */
const kinds = { path: 2, image: 3, shading: 4, form: 5 } as const;
/** Forms within forms deeper than this are not followed: a form may hold itself. */
const deepestForm = 24;

/** What a page paints. */
export interface PaintedObjects {
  readonly pictures: readonly EmbeddedPicture[];
  readonly drawings: readonly Box[];
}

/** Handles of an open document and page. */
export interface PageHandles {
  readonly document: number;
  readonly page: number;
}

/** Walks through a page's objects, forms included. @param shown maps user space to the page as shown */
export function readObjects(pdfium: Pdfium, handles: PageHandles, shown: Matrix): PaintedObjects {
  const pictures: EmbeddedPicture[] = [];
  const drawings: Box[] = [];
  const visit = (object: number, outer: Matrix, depth: number): void => {
    const kind = pdfium.call('FPDFPageObj_GetType', object);
    if (kind === kinds.image) {
      const placement = compose(outer, matrixOf(pdfium, object));
      pictures.push(pictureOf(pdfium, handles, object, placement));
    } else if (kind === kinds.form && depth < deepestForm) {
      const inner = compose(outer, matrixOf(pdfium, object));
      const count = pdfium.call('FPDFFormObj_CountObjects', object);
      for (let i = 0; i < count; i++) visit(pdfium.call('FPDFFormObj_GetObject', object, i), inner, depth + 1);
    } else if (kind === kinds.path && isSeen(pdfium, object)) {
      const bounds = boundsOf(pdfium, object);
      const left = bounds === undefined ? undefined : clipped(pdfium, object, mapBox(outer, ...bounds), outer);
      if (left !== undefined) drawings.push(left);
    }
  };
  const count = pdfium.call('FPDFPage_CountObjects', handles.page);
  for (let i = 0; i < count; i++) visit(pdfium.call('FPDFPage_GetObject', handles.page, i), shown, 0);
  return { pictures, drawings };
}

function matrixOf(pdfium: Pdfium, object: number): Matrix {
  return pdfium.withBlock(24, (pointer) => {
    pdfium.call('FPDFPageObj_GetMatrix', object, pointer);
    return asMatrix(readFloats(pdfium, pointer, 6));
  });
}

function boundsOf(pdfium: Pdfium, object: number): readonly [number, number, number, number] | undefined {
  return pdfium.withBlock(16, (pointer) => {
    if (pdfium.call('FPDFPageObj_GetBounds', object, pointer, pointer + 4, pointer + 8, pointer + 12) === 0) return undefined;
    const [left = 0, bottom = 0, right = 0, top = 0] = readFloats(pdfium, pointer, 4);
    return [left, bottom, right, top];
  });
}

/** What a clip leaves of a box; of a clip's outline, the box around its points counts. */
function clipped(pdfium: Pdfium, object: number, box: Box, outer: Matrix): Box | undefined {
  const clip = pdfium.call('FPDFPageObj_GetClipPath', object);
  const count = clip === 0 ? 0 : pdfium.call('FPDFClipPath_CountPaths', clip);
  let left: Box | undefined = box;
  for (let path = 0; path < count && left !== undefined; path++) {
    const points = Array.from({ length: Math.max(0, pdfium.call('FPDFClipPath_CountPathSegments', clip, path)) }, (_, i) => {
      const segment = pdfium.call('FPDFClipPath_GetPathSegment', clip, path, i);
      return pdfium.withBlock(8, (pointer) => {
        pdfium.call('FPDFPathSegment_GetPoint', segment, pointer, pointer + 4);
        return readFloats(pdfium, pointer, 2);
      });
    });
    const xs = points.map(([x = 0]) => x);
    const ys = points.map(([, y = 0]) => y);
    if (points.length > 0) left = intersect(left, mapBox(outer, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)));
  }
  return left;
}

/** Whether a path is filled or stroked in anything but white. */
function isSeen(pdfium: Pdfium, path: number): boolean {
  return pdfium.withBlock(16, (pointer) => {
    if (pdfium.call('FPDFPath_GetDrawMode', path, pointer, pointer + 4) === 0) return false;
    const fills = pdfium.memory().getInt32(pointer, true) !== 0;
    const strokes = pdfium.memory().getInt32(pointer + 4, true) !== 0;
    const isColoured = (ask: string): boolean => {
      if (pdfium.call(ask, path, pointer, pointer + 4, pointer + 8, pointer + 12) === 0) return true;
      const [red, green, blue, alpha] = [0, 4, 8, 12].map((at) => pdfium.memory().getUint32(pointer + at, true));
      return alpha !== 0 && !(red === 255 && green === 255 && blue === 255);
    };
    return (fills && isColoured('FPDFPageObj_GetFillColor')) || (strokes && isColoured('FPDFPageObj_GetStrokeColor'));
  });
}

function pictureOf(pdfium: Pdfium, handles: PageHandles, object: number, placement: Matrix): EmbeddedPicture {
  const place = { object: undefined, box: mapBox(placement, 0, 0, 1, 1), orientation: orientationOf(placement) } as const;
  // FPDF_IMAGEOBJ_METADATA: width, height, two resolutions, bits a pixel, colour space, marked content.
  const metadata = pdfium.withBlock(28, (pointer) => {
    pdfium.call('FPDFImageObj_GetImageMetadata', object, handles.page, pointer);
    const memory = pdfium.memory();
    return { width: memory.getUint32(pointer, true), height: memory.getUint32(pointer + 4, true), bits: memory.getUint32(pointer + 16, true), space: memory.getInt32(pointer + 20, true) };
  });
  // A stencil has one bit and no colour space of its own.
  if (metadata.bits === 1 && metadata.space === 0) return { ...place, kind: 'stencil', pixels: undefined };
  const colours = takeBitmap(pdfium, pdfium.call('FPDFImageObj_GetBitmap', object));
  const masked = metadata.bits === 1 ? undefined : renderedPixels(pdfium, handles, object, metadata);
  const pixels = colours !== undefined && masked !== undefined ? withAlphaOf(colours, masked) : colours;
  return { ...place, kind: 'picture', pixels: pixels === undefined ? undefined : simplify(pixels) };
}

/** The colours of one picture with the alpha of another. */
function withAlphaOf(colours: Picture, masked: Picture): Picture {
  if (masked.channels !== 4 || masked.width !== colours.width || masked.height !== colours.height) return colours;
  const { width, height, channels } = colours;
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[i * 4 + c] = colours.data[i * channels + (channels === 1 ? 0 : c)] as number;
    data[i * 4 + 3] = masked.data[i * 4 + 3] as number;
  }
  return { width, height, channels: 4, data };
}

/** Pixels with their masks applied, which PDFium gives only as a rendering: the picture is laid out at one point a pixel. */
function renderedPixels(pdfium: Pdfium, { document, page }: PageHandles, object: number, { width, height }: { readonly width: number; readonly height: number }): Picture | undefined {
  const set = (matrix: readonly number[]): void =>
    pdfium.withBlock(24, (pointer) => {
      const memory = pdfium.memory();
      for (const [i, value] of matrix.entries()) memory.setFloat32(pointer + 4 * i, value, true);
      pdfium.call('FPDFPageObj_SetMatrix', object, pointer);
    });
  const before = matrixOf(pdfium, object);
  set([width, 0, 0, height, 0, 0]);
  const picture = takeBitmap(pdfium, pdfium.call('FPDFImageObj_GetRenderedBitmap', document, page, object));
  set(before);
  return picture;
}

/** The pixels of a bitmap, which is destroyed: FPDFBitmap_Gray 1, BGR 2, BGRx 3, BGRA 4. */
function takeBitmap(pdfium: Pdfium, bitmap: number): Picture | undefined {
  if (bitmap === 0) return undefined;
  try {
    const [width, height, stride, format, buffer] = ['Width', 'Height', 'Stride', 'Format', 'Buffer'].map((what) => pdfium.call(`FPDFBitmap_Get${what}`, bitmap));
    if (width === undefined || height === undefined || stride === undefined || buffer === undefined || width < 1 || height < 1) return undefined;
    const step = format === 1 ? 1 : format === 2 ? 3 : 4;
    const channels = format === 1 ? 1 : format === 4 ? 4 : 3;
    const source = pdfium.bytes(buffer, stride * height);
    const data = new Uint8Array(width * height * channels);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = y * stride + x * step;
        const into = (y * width + x) * channels;
        // Blue, green, red in memory.
        for (let c = 0; c < channels; c++) data[into + c] = source[from + (channels === 1 || c === 3 ? c : 2 - c)] as number;
      }
    }
    return { width, height, channels, data };
  } finally {
    if (pdfium.isSound()) pdfium.call('FPDFBitmap_Destroy', bitmap);
  }
}
