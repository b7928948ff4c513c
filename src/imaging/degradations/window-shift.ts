import { mapSamples } from './samples.ts';
import { evenStrengths, type Degradation } from './types.ts';

/**
 * Another window on what the picture still holds: the level moved by up to a quarter of the range, the width changed by up to the factor √2, each
 * up or down as drawn. What falls out of the window is lost; Hounsfield units that the first window lost stay lost.
 */
export const windowShift: Degradation = {
  name: 'window',
  title: 'Another window: level moved by up to a quarter of the range, width by up to √2, up or down',
  strengths: evenStrengths(5),
  setting: (strength) => `level ±${Math.round(strength * 64)}, width ×${(2 ** (strength / 2)).toFixed(2)} or ÷`,
  apply: (picture, strength, random) => {
    const shift = random.pick([-1, 1]) * strength * 64;
    const width = 2 ** (random.pick([-1, 1]) * (strength / 2));
    return mapSamples(picture, (value) => (value - 127.5 - shift) / width + 127.5);
  },
};
