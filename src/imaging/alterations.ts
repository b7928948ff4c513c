import type { Random } from '../base/pure.ts';
import { toGray, toRgb } from './colour.ts';
import { drawArrow } from './drawing.ts';
import { crop, flipHorizontal } from './geometry.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

/**
 * The ways in which one picture turns up again in other papers, drawn by seed: what the audit's search for duplicates must see
 * through. `jpeg` needs an encoder and so is done by `alterPicture` of the Node half.
 */
export const alterationNames = ['crop', 'rescale', 'jpeg', 'flip', 'gray', 'arrow'] as const;
/** One of {@link alterationNames}. */
export type AlterationName = (typeof alterationNames)[number];

/** A picture after an alteration, and what was done, in words with its figures. */
export interface Altered {
  readonly name: AlterationName;
  readonly picture: Picture;
  readonly what: string;
}

/** Each side to 80 % (64 % of the area), at a random place. */
function alterCrop(picture: Picture, random: Random): Omit<Altered, 'name'> {
  const width = Math.max(1, Math.round(picture.width * 0.8));
  const height = Math.max(1, Math.round(picture.height * 0.8));
  const x = random.integer(0, picture.width - width);
  const y = random.integer(0, picture.height - height);
  return { picture: crop(picture, { x, y, width, height }), what: `cropped to ${width}×${height} at (${x}, ${y})` };
}

/** By 0.5 to 2, evenly on a logarithmic scale, bicubic, both sides alike. */
function alterRescale(picture: Picture, random: Random): Omit<Altered, 'name'> {
  const factor = 2 ** (2 * random.uniform() - 1);
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  return { picture: resize(picture, width, height, 'bicubic'), what: `rescaled by ${factor.toFixed(3)} to ${width}×${height}` };
}

function alterFlip(picture: Picture): Omit<Altered, 'name'> {
  return { picture: flipHorizontal(picture), what: 'mirrored left and right' };
}

/** Colour to gray; what is gray already becomes RGB with equal channels. */
function alterGray(picture: Picture): Omit<Altered, 'name'> {
  if (picture.channels === 1) return { picture: toRgb(picture), what: 'gray as RGB' };
  return { picture: toGray(picture), what: 'turned gray' };
}

/** An arrow of 10 to 20 % of the shorter side, white, yellow or red (in gray pictures white), pointing into the middle three fifths. */
function alterArrow(picture: Picture, random: Random): Omit<Altered, 'name'> {
  const within = (size: number): number => size * (0.2 + 0.6 * random.uniform());
  const tip = [within(picture.width), within(picture.height)] as const;
  const direction = 2 * Math.PI * random.uniform();
  const length = Math.min(picture.width, picture.height) * (0.1 + 0.1 * random.uniform());
  const colour = random.pick([[255, 255, 255], [255, 255, 0], [255, 0, 0]]);
  const samples = picture.channels === 1 ? [255] : picture.channels === 3 ? colour : [...colour, 255];
  return {
    picture: drawArrow(picture, tip, direction, length, samples),
    what: `an arrow of ${length.toFixed(0)} pixels pointing at (${tip[0].toFixed(0)}, ${tip[1].toFixed(0)})`,
  };
}

const rules = { crop: alterCrop, rescale: alterRescale, flip: alterFlip, gray: alterGray, arrow: alterArrow } as const;

/**
 * Alters a picture by chance; the input is left alone, and the same random stream gives the same picture.
 * @param name any alteration but `jpeg`
 */
export function alterPixels(picture: Picture, name: Exclude<AlterationName, 'jpeg'>, random: Random): Altered {
  return { name, ...rules[name](picture, random) };
}
