import { toGray, toRgb } from './colour.ts';
import type { Picture } from './picture.ts';
import { centreCrop, resize, resizeShorterSide, type PassOrder, type ResizeFilter } from './resize.ts';

/**
 * From decoded pixels to what a network takes, equal to torchvision's `Resize`, `CenterCrop`, `ToTensor`, `Normalize` on
 * Pillow pictures, bit for bit. One source for Node and the browser: nothing here decodes.
 */
export interface PreprocessPlan {
  /** `{ shorterSide }`: torchvision's `Resize(size)`; `{ width, height }`: `Resize((height, width))`, which bends the shape. */
  readonly resize: { readonly shorterSide: number } | { readonly width: number; readonly height: number };
  readonly filter: ResizeFilter;
  /** Which Pillow to equal; `pillow-13` unless given. */
  readonly passOrder?: PassOrder | undefined;
  /** Side of the square that `CenterCrop` cuts out of the middle, in pixels. */
  readonly crop?: number | undefined;
  /** Channels of the tensor: 3 as Pillow's `convert('RGB')`, 1 as its `convert('L')`; alpha is dropped by both, not blended. */
  readonly channels: 1 | 3;
  /** A channel each, of samples in 0…1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Width and height of what a plan gives; undefined where they depend on the picture. */
export function plannedSize(plan: PreprocessPlan): { readonly width: number; readonly height: number } | undefined {
  if (plan.crop !== undefined) return { width: plan.crop, height: plan.crop };
  return 'shorterSide' in plan.resize ? undefined : { width: plan.resize.width, height: plan.resize.height };
}

/** The picture as a plan scales and cuts it, still in samples of 8 bits; gray stays one channel, since resampling treats channels alike. */
export function scaleAndCrop(picture: Picture, plan: PreprocessPlan): Picture {
  const { filter, passOrder, crop } = plan;
  const plain = plan.channels === 1 ? toGray(picture) : picture.channels === 1 ? picture : toRgb(picture);
  const scaled =
    'shorterSide' in plan.resize
      ? resizeShorterSide(plain, plan.resize.shorterSide, filter, passOrder)
      : resize(plain, plan.resize.width, plan.resize.height, filter, passOrder);
  return crop === undefined ? scaled : centreCrop(scaled, crop, crop);
}

/** `(x / 255 − mean) / std` for each of the 256 samples, rounded to float32 after each operation as `ToTensor` and `Normalize` do. */
function sampleValues(mean: number, std: number): Float32Array {
  const [m, s] = [Math.fround(mean), Math.fround(std)];
  return Float32Array.from({ length: 256 }, (_, x) => Math.fround(Math.fround(x / 255) - m) / s);
}

/**
 * Writes a picture into a tensor `[channels, height, width]` of float32, `(x/255 − mean)/std`; as many channels as means.
 * A gray picture is repeated into three; alpha is dropped; colours become gray by luma where there is one mean.
 * @param offset where the picture's first number goes, so that a batch is filled without copies
 * @throws RangeError when the means, deviations and channels do not fit, a deviation is not above 0, or the target is too short
 */
export function writeTensor(picture: Picture, mean: readonly number[], std: readonly number[], target: Float32Array, offset = 0): void {
  const channels = mean.length;
  if ((channels !== 1 && channels !== 3) || std.length !== channels) throw new RangeError(`writeTensor: ${mean.length} means and ${std.length} deviations`);
  if (![...mean, ...std].every(Number.isFinite) || std.some((s) => s <= 0)) throw new RangeError(`writeTensor: means ${mean.join(', ')} and deviations ${std.join(', ')}`);
  const pixels = picture.width * picture.height;
  if (!Number.isInteger(offset) || offset < 0 || offset + channels * pixels > target.length) {
    throw new RangeError(`writeTensor: ${channels} × ${pixels} numbers at ${offset} do not fit into ${target.length}`);
  }
  const source = channels === 1 ? toGray(picture) : picture;
  for (let c = 0; c < channels; c++) {
    const values = sampleValues(mean[c] as number, std[c] as number);
    const from = source.channels === 1 ? 0 : c;
    const into = offset + c * pixels;
    for (let i = 0; i < pixels; i++) target[into + i] = values[source.data[i * source.channels + from] as number] as number;
  }
}

/**
 * Prepares a picture for a network.
 * @returns `[channels, height, width]`, float32, height and width as {@link plannedSize} says
 * @throws RangeError for a plan with sizes, means or deviations that are none
 */
export function preprocess(picture: Picture, plan: PreprocessPlan): Float32Array<ArrayBuffer> {
  if (plan.mean.length !== plan.channels) throw new RangeError(`preprocess: ${plan.mean.length} means for ${plan.channels} channels`);
  const { channels, mean, std } = plan;
  const ready = scaleAndCrop(picture, plan);
  const tensor = new Float32Array(channels * ready.width * ready.height);
  writeTensor(ready, mean, std, tensor);
  return tensor;
}
