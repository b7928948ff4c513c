import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { z } from 'zod';
import { asMatrix, compose, intersect, mapBox, type Matrix } from './matrix.ts';
import type { Box } from './types.ts';

/** Decoded samples as pdf.js hands them over; `kind` is 1 for bits, 2 for RGB, 3 for RGBA. */
export const imageDataSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  kind: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  data: z.union([z.instanceof(Uint8Array), z.instanceof(Uint8ClampedArray)]),
  /** Number and generation of the PDF object: `170R`, `12R1`. */
  ref: z.string().nullish(),
});

/** See {@link imageDataSchema}. */
export type ImageData = z.infer<typeof imageDataSchema>;

/** Where a picture is painted, before its pixels are fetched. */
export interface Painted {
  readonly kind: 'picture' | 'stencil';
  /** Maps the unit square to the page as shown. */
  readonly placement: Matrix;
  /** Under which name pdf.js keeps the pixels, or the pixels of a picture written into the page, and which part of them. */
  readonly source: string | { readonly data: ImageData; readonly part: Box } | undefined;
}

/** What a page paints, as far as figures need it. */
export interface PaintedPage {
  readonly pictures: readonly Painted[];
  readonly drawings: readonly Box[];
}

interface State {
  readonly matrix: Matrix;
  readonly whiteFill: boolean;
  readonly whiteStroke: boolean;
  /** Nothing is seen outside of it: the box around the clip, or nothing where the clip is empty. */
  readonly clip: Box | 'nothing' | undefined;
}

/** A clip narrowed by a further box. */
function narrowed(clip: State['clip'], box: Box): State['clip'] {
  if (clip === undefined) return box;
  return clip === 'nothing' ? clip : (intersect(clip, box) ?? 'nothing');
}

const numbers = z.custom<ArrayLike<number>>((value) => Array.isArray(value) || ArrayBuffer.isView(value));
const namedSchema = z.tuple([z.string()]).rest(z.unknown());
const inlineSchema = z.tuple([imageDataSchema]).rest(z.unknown());
const repeatSchema = z.tuple([z.string(), z.number(), z.number(), numbers]);
const groupSchema = z.tuple([imageDataSchema, z.array(z.object({ transform: numbers, x: z.number(), y: z.number(), w: z.number(), h: z.number() }))]);
const maskGroupSchema = z.tuple([z.array(z.object({ transform: numbers }))]);
const maskRepeatSchema = z.tuple([z.unknown(), z.number(), z.number(), z.number(), z.number(), numbers]);
const pathSchema = z.tuple([z.number(), z.unknown(), numbers]);
const formSchema = z.tuple([numbers.nullish(), numbers.nullish()]).rest(z.unknown());
const softMaskSchema = z.tuple([z.object({ smask: z.looseObject({}) })]).rest(z.unknown());

const strokes: readonly number[] = [OPS.stroke, OPS.closeStroke];
const fills: readonly number[] = [OPS.fill, OPS.eoFill];
const both: readonly number[] = [OPS.fillStroke, OPS.eoFillStroke, OPS.closeFillStroke, OPS.closeEOFillStroke];

/** Left, bottom, right and top, where they are numbers. */
function cornersOf(list: ArrayLike<number>): readonly [number, number, number, number] | undefined {
  const [x0, y0, x1, y1] = Array.from(list);
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined;
  return [x0, y0, x1, y1].every(Number.isFinite) ? [x0, y0, x1, y1] : undefined;
}

const isWhite = (colour: unknown): boolean => typeof colour === 'string' && /^#f{6}$|^white$|^rgb\(255, ?255, ?255\)$/i.test(colour);

/**
 * Walks through a page's operators and keeps where pictures and drawings land.
 * @param functions operator numbers; `argumentsOf[i]` are those of `functions[i]`
 * @param shown maps the PDF's user space to the page as shown
 */
export function readOperators(functions: readonly number[], argumentsOf: readonly unknown[], shown: Matrix): PaintedPage {
  const pictures: Painted[] = [];
  const drawings: Box[] = [];
  const stack: State[] = [];
  let state: State = { matrix: shown, whiteFill: false, whiteStroke: false, clip: undefined };
  // A clip is named first, and takes its shape from the path that follows.
  let clips = false;
  // What a soft mask draws is not seen itself.
  let hiddenGroups = 0;
  const paint = (kind: Painted['kind'], inner: ArrayLike<number> | undefined, source: Painted['source']): void => {
    if (hiddenGroups === 0) pictures.push({ kind, placement: inner === undefined ? state.matrix : compose(state.matrix, asMatrix(inner)), source });
  };
  for (const [i, operator] of functions.entries()) {
    const given = argumentsOf[i];
    switch (operator) {
      case OPS.save:
        stack.push(state);
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
        state = stack.pop() ?? state;
        break;
      case OPS.transform:
        state = { ...state, matrix: compose(state.matrix, asMatrix(numbers.parse(given))) };
        break;
      case OPS.paintFormXObjectBegin: {
        stack.push(state);
        const [matrix, bounds] = formSchema.parse(given);
        if (matrix !== null && matrix !== undefined) state = { ...state, matrix: compose(state.matrix, asMatrix(matrix)) };
        const corners = bounds === null || bounds === undefined ? undefined : cornersOf(bounds);
        if (corners !== undefined) state = { ...state, clip: narrowed(state.clip, mapBox(state.matrix, ...corners)) };
        break;
      }
      case OPS.beginGroup:
        stack.push(state);
        if (hiddenGroups > 0 || softMaskSchema.safeParse(given).success) hiddenGroups += 1;
        break;
      case OPS.endGroup:
        state = stack.pop() ?? state;
        if (hiddenGroups > 0) hiddenGroups -= 1;
        break;
      case OPS.clip:
      case OPS.eoClip:
        clips = true;
        break;
      case OPS.setFillRGBColor:
        state = { ...state, whiteFill: Array.isArray(given) && isWhite(given[0]) };
        break;
      case OPS.setStrokeRGBColor:
        state = { ...state, whiteStroke: Array.isArray(given) && isWhite(given[0]) };
        break;
      case OPS.setFillColorN:
        state = { ...state, whiteFill: false };
        break;
      case OPS.setStrokeColorN:
        state = { ...state, whiteStroke: false };
        break;
      case OPS.paintImageXObject: {
        const [name] = namedSchema.parse(given);
        paint('picture', undefined, name);
        break;
      }
      case OPS.paintImageXObjectRepeat: {
        const [name, scaleX, scaleY, positions] = repeatSchema.parse(given);
        for (let at = 0; at + 1 < positions.length; at += 2) paint('picture', [scaleX, 0, 0, scaleY, positions[at] ?? 0, positions[at + 1] ?? 0], name);
        break;
      }
      case OPS.paintInlineImageXObject: {
        const [data] = inlineSchema.parse(given);
        paint('picture', undefined, { data, part: { x: 0, y: 0, width: data.width, height: data.height } });
        break;
      }
      case OPS.paintInlineImageXObjectGroup: {
        const [data, parts] = groupSchema.parse(given);
        for (const { transform, x, y, w, h } of parts) paint('picture', transform, { data, part: { x, y, width: w, height: h } });
        break;
      }
      case OPS.paintImageMaskXObject:
      case OPS.paintSolidColorImageMask:
        paint('stencil', undefined, undefined);
        break;
      case OPS.paintImageMaskXObjectGroup:
        for (const { transform } of maskGroupSchema.parse(given)[0]) paint('stencil', transform, undefined);
        break;
      case OPS.paintImageMaskXObjectRepeat: {
        const [, scaleX, skewX, skewY, scaleY, positions] = maskRepeatSchema.parse(given);
        for (let at = 0; at + 1 < positions.length; at += 2) paint('stencil', [scaleX, skewX, skewY, scaleY, positions[at] ?? 0, positions[at + 1] ?? 0], undefined);
        break;
      }
      case OPS.constructPath: {
        const path = pathSchema.safeParse(given);
        const corners = path.success ? cornersOf(path.data[2]) : undefined;
        if (path.success && corners !== undefined) {
          const [drawn] = path.data;
          const box = mapBox(state.matrix, ...corners);
          const seen = (fills.includes(drawn) && !state.whiteFill) || (strokes.includes(drawn) && !state.whiteStroke) || (both.includes(drawn) && !(state.whiteFill && state.whiteStroke));
          const left = seen && hiddenGroups === 0 ? narrowed(state.clip, box) : undefined;
          if (left !== undefined && left !== 'nothing') drawings.push(left);
          if (clips) state = { ...state, clip: narrowed(state.clip, box) };
        }
        clips = false;
        break;
      }
      default:
    }
  }
  return { pictures, drawings };
}
