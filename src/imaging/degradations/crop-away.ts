import { crop } from '../geometry.ts';
import { evenStrengths, type Degradation } from './types.ts';

const keptOf = (strength: number): number => 1 - 0.4 * strength;

/** A part alone: each side down to 60 %, at a place that is drawn. The result is smaller. */
export const cropAway: Degradation = {
  name: 'crop',
  title: 'A part alone: each side down to 60 %, at a random place',
  strengths: evenStrengths(5),
  setting: (strength) => `${Math.round(100 * keptOf(strength))} % of each side`,
  apply: (picture, strength, random) => {
    const width = Math.max(1, Math.round(picture.width * keptOf(strength)));
    const height = Math.max(1, Math.round(picture.height * keptOf(strength)));
    const x = Math.round(random.uniform() * (picture.width - width));
    const y = Math.round(random.uniform() * (picture.height - height));
    return crop(picture, { x, y, width, height });
  },
};
