import { resize } from '../resize.ts';
import type { Degradation } from './types.ts';

const factorOf = (strength: number): number => 2 ** (-3 * strength);

/** Fewer pixels: both sides down to an eighth (bilinear, antialiased), and up again to the size that they had (bicubic). */
export const resolution: Degradation = {
  name: 'resolution',
  title: 'Fewer pixels: both sides down to an eighth, and up again',
  strengths: [0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1],
  setting: (strength) => `1/${(1 / factorOf(strength)).toFixed(strength === 0 ? 0 : 1).replace(/\.0$/, '')}`,
  apply: (picture, strength) => {
    const { width, height } = picture;
    const factor = factorOf(strength);
    const small = resize(picture, Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor)), 'bilinear');
    return resize(small, width, height, 'bicubic');
  },
};
