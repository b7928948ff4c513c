import { toRgb, type Picture } from '../../imaging/index.ts';
import { encodeJpeg } from '../../imaging/node.ts';
import { outcomes, type ExplainedImage } from './explain-images.ts';

/** Colours of a map from low to high, dark violet to pale yellow: told apart in gray as well. */
const stops = [[20, 11, 54], [101, 21, 110], [186, 54, 85], [249, 142, 9], [252, 255, 164]] as const;
const lungColour = [64, 224, 255] as const;
const markColour = [255, 236, 64] as const;

function colourOf(value: number, channel: 0 | 1 | 2): number {
  const place = Math.min(1, Math.max(0, value)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [stops[low]?.[channel] ?? 0, stops[low + 1]?.[channel] ?? 0];
  return from + (to - from) * (place - low);
}

/** Whether a marked pixel has an unmarked neighbour. */
function isBorder(mask: Uint8Array, width: number, at: number): boolean {
  return mask[at] === 1 && [at - 1, at + 1, at - width, at + width].some((next) => mask[next] !== 1);
}

/**
 * Two pictures side by side: what the network saw, with the lungs outlined blue and marks yellow; and the same under its
 * attention, scaled to its own largest value.
 */
export function drawAttention({ seen, map, regions }: ExplainedImage): Picture {
  const plain = toRgb(seen);
  const { width, height } = plain;
  const gap = 4;
  const wide = 2 * width + gap;
  const data = new Uint8Array(3 * wide * height).fill(128);
  const largest = map.data.reduce((most, value) => Math.max(most, value), 0) || 1;
  const lungs = typeof regions.lungs === 'string' ? undefined : regions.lungs;
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const left = 3 * (y * wide + x);
    const right = left + 3 * (width + gap);
    const outline = regions.marks !== undefined && isBorder(regions.marks, width, at) ? markColour : lungs !== undefined && isBorder(lungs, width, at) ? lungColour : undefined;
    const heat = (map.data[at] as number) / largest;
    for (const channel of [0, 1, 2] as const) {
      const value = plain.data[3 * at + channel] as number;
      data[left + channel] = outline?.[channel] ?? value;
      data[right + channel] = Math.round(value + (colourOf(heat, channel) - value) * (0.15 + 0.5 * heat));
    }
  }
  return { width: wide, height, channels: 3, data };
}

/** A picture of a gallery. */
export interface GalleryPicture {
  readonly image: ExplainedImage;
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The pictures of each outcome that the model was surest of: hits that it had no doubt of, misses that it should have doubted.
 * @param most of each outcome
 */
export async function drawGallery(images: readonly ExplainedImage[], threshold: number, most: number): Promise<GalleryPicture[]> {
  const surest = images.toSorted((a, b) => Math.abs(b.score - threshold) - Math.abs(a.score - threshold));
  const pictures: GalleryPicture[] = [];
  for (const image of outcomes.flatMap((outcome) => surest.filter((one) => one.outcome === outcome).slice(0, most))) {
    const { width, height, ...picture } = drawAttention(image);
    pictures.push({ image, width, height, jpeg: await encodeJpeg({ ...picture, width, height }, 85) });
  }
  return pictures;
}
