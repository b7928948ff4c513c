import type { Attention } from '../../inference/protocol.ts';

/** From nothing over violet and orange to pale yellow, brighter throughout, so that it reads without colour too: stops of `inferno` (matplotlib, CC0). */
const stops: readonly (readonly [number, number, number])[] = [[0, 0, 4], [40, 11, 84], [101, 21, 110], [159, 42, 99], [212, 72, 66], [245, 125, 21], [250, 193, 39], [252, 255, 164]];

/** A colour of the scale. @param share 0 to 1 */
export function attentionColour(share: number): readonly [number, number, number] {
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(place)] ?? [0, 0, 0], stops[Math.ceil(place)] ?? [0, 0, 0]];
  const part = place - Math.floor(place);
  const mix = (i: 0 | 1 | 2): number => Math.round(low[i] + (high[i] - low[i]) * part);
  return [mix(0), mix(1), mix(2)];
}

/** A map as a picture of its own few cells, to be scaled up smoothly; what had no part in the score is left clear. */
export function attentionCanvas({ width, height, data }: Attention): OffscreenCanvas {
  const most = data.reduce((largest, value) => Math.max(largest, value), 0);
  const image = new ImageData(width, height);
  for (const [i, value] of data.entries()) {
    const share = most === 0 ? 0 : value / most;
    const [r, g, b] = attentionColour(share);
    image.data.set([r, g, b, Math.round(255 * Math.min(1, share * 1.4))], 4 * i);
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
