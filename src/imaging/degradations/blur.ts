import type { Picture } from '../picture.ts';
import { colourChannels } from './samples.ts';
import { evenStrengths, type Degradation } from './types.ts';

/** Weights of a Gaussian out to three standard deviations, which sum to 1. */
function gaussian(sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Blurs by a Gaussian of `sigma` pixels; edge pixels stand in for what lies beyond; alpha stays. */
export function gaussianBlur(picture: Picture, sigma: number): Picture {
  const { width, height, channels } = picture;
  const weights = gaussian(sigma);
  const reach = weights.length >> 1;
  const rows = new Float64Array(width * height);
  const data = picture.data.slice();
  for (let c = 0; c < colourChannels(picture); c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const from = Math.min(width - 1, Math.max(0, x + k));
          sum += (weights[k + reach] as number) * (picture.data[(y * width + from) * channels + c] as number);
        }
        rows[y * width + x] = sum;
      }
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const from = Math.min(height - 1, Math.max(0, y + k));
          sum += (weights[k + reach] as number) * (rows[from * width + x] as number);
        }
        data[(y * width + x) * channels + c] = Math.min(255, Math.floor(sum + 0.5));
      }
    }
  }
  return { ...picture, data };
}

/** Per cent of the shorter side, so that pictures of any size lose alike. */
const percentOf = (strength: number): number => 1.5 * strength;

/** Out of focus: a Gaussian of up to 1.5 % of the shorter side (3.4 pixels of 224). */
export const blur: Degradation = {
  name: 'blur',
  title: 'Out of focus: a Gaussian of up to 1.5 % of the shorter side',
  strengths: evenStrengths(5),
  setting: (strength) => `σ ${percentOf(strength).toFixed(1)} % of the side`,
  apply: (picture, strength) => gaussianBlur(picture, (percentOf(strength) / 100) * Math.min(picture.width, picture.height)),
};
