import { drawArrow, drawLetter, type Colour } from '../drawing.ts';
import type { Picture } from '../picture.ts';
import { evenStrengths, type Degradation } from './types.ts';

const mostMarks = 10;
const colours = [[255, 255, 255], [255, 255, 0], [255, 0, 0]] as const;

function inkOf(picture: Picture, colour: readonly number[]): Colour {
  return picture.channels === 1 ? [255] : picture.channels === 3 ? colour : [...colour, 255];
}

/** Letters and arrows as papers' figures carry them, white, yellow or red (in gray pictures white), anywhere: up to ten. More marks are the same and some more. */
export const burnedMarks: Degradation = {
  name: 'marks',
  title: 'Burned-in letters and arrows: up to ten',
  strengths: evenStrengths(5),
  setting: (strength) => `${Math.round(mostMarks * strength)} marks`,
  apply: (picture, strength, random) => {
    const shorter = Math.min(picture.width, picture.height);
    let marked = picture;
    for (let i = 0; i < Math.round(mostMarks * strength); i++) {
      const at = [random.uniform() * picture.width, random.uniform() * picture.height] as const;
      const ink = inkOf(picture, random.pick(colours));
      const size = 0.08 + 0.07 * random.uniform();
      const direction = 2 * Math.PI * random.uniform();
      const letter = random.pick(['A', 'B', 'C', 'D', 'E', 'F', 'L', 'R']);
      if (i % 2 === 0) marked = drawArrow(marked, at, direction, 1.4 * size * shorter, ink);
      else {
        const dot = Math.max(1, Math.round((0.7 * size * shorter) / 7));
        const corner = [Math.min(at[0], picture.width - 5 * dot), Math.min(at[1], picture.height - 7 * dot)].map((value) => Math.max(0, Math.round(value)));
        marked = drawLetter(marked, letter, [corner[0] ?? 0, corner[1] ?? 0], dot, ink);
      }
    }
    return marked;
  },
};
