import { crop, findLungs, type Picture } from '../../imaging/index.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** Kept around the lungs' box on each side, as a share of its side. */
const margin = 0.06;

/** The box of a picture's lungs with a margin; the whole picture where no lungs are found. */
export function lungRegion(picture: Picture): Picture {
  const lungs = findLungs(picture);
  if (!lungs.found) return picture;
  const { width, height } = picture;
  const { data } = lungs.mask;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  if (right < left) return picture;
  const [aside, above] = [Math.round(margin * (right - left + 1)), Math.round(margin * (bottom - top + 1))];
  const [x, y] = [Math.max(0, left - aside), Math.max(0, top - above)];
  return crop(picture, { x, y, width: Math.min(width, right + aside + 1) - x, height: Math.min(height, bottom + above + 1) - y });
}

/** What a recipe sees of a picture. */
export const regionOf = ({ region }: Pick<Recipe, 'region'>, picture: Picture): Picture => (region === 'lungs' ? lungRegion(picture) : picture);
