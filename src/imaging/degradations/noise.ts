import { mapSamples } from './samples.ts';
import { evenStrengths, type Degradation } from './types.ts';

const deviationOf = (strength: number): number => 40 * strength;

/** Gaussian noise of up to 40 levels of gray, a value a pixel, the same in red, green and blue: what a low dose looks like, without its streaks. */
export const noise: Degradation = {
  name: 'noise',
  title: 'Gaussian noise of up to 40 of 255 levels',
  strengths: evenStrengths(5),
  setting: (strength) => `σ ${deviationOf(strength).toFixed(0)}`,
  apply: (picture, strength, random) => {
    const deviation = deviationOf(strength);
    const drawn = Float32Array.from({ length: picture.width * picture.height }, () => random.normal());
    return mapSamples(picture, (value, pixel) => value + deviation * (drawn[pixel] as number));
  },
};
