import { mapSamples } from './samples.ts';
import { evenStrengths, type Degradation } from './types.ts';

const bitsOf = (strength: number): number => Math.max(3, Math.round(8 - 5 * strength));

/** Fewer levels of gray: 8 bits a sample down to 3. Levels are spread over 0…255 again. */
export const bitDepth: Degradation = {
  name: 'bit-depth',
  title: 'Fewer levels of gray: 8 bits a sample down to 3',
  strengths: evenStrengths(5),
  setting: (strength) => `${bitsOf(strength)} bits`,
  apply: (picture, strength) => {
    const most = 2 ** bitsOf(strength) - 1;
    return mapSamples(picture, (value) => (Math.round((value / 255) * most) / most) * 255);
  },
};
