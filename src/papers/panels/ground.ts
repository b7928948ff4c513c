import { toGray, type Picture } from '../../imaging/index.ts';

/** Levels between which a ground is gray: beyond, it is black or white. */
const gray = { above: 17, below: 238 } as const;
/** So many lines of one level, from side to side of a figure, are a gutter or a margin of its ground. */
const leastLines = 3;
/** A pixel of the ground's level belongs to it in a run of at least so many; in a CT others have that level by chance. */
const leastRun = 8;

/** The level of a gray ground: one that whole rows or columns of the figure have, without any exception. */
function grayGround({ width, height, data }: Picture): number | undefined {
  for (const [lines, length, across, along] of [[height, width, width, 1], [width, height, 1, width]] as const) {
    let [run, before] = [0, -1];
    for (let line = 0; line < lines; line++) {
      const level = data[line * across] as number;
      let isOne = level > gray.above && level < gray.below;
      for (let i = 1; isOne && i < length; i++) isOne = data[line * across + i * along] === level;
      run = isOne ? (level === before ? run + 1 : 1) : 0;
      before = isOne ? level : -1;
      if (run >= leastLines) return level;
    }
  }
  return undefined;
}

/**
 * A figure in gray, its ground white: where the ground is of one gray, it becomes white, and what is white in panels a little less so. Panels on
 * white cannot be told from it where they have white margins of their own; on gray they can.
 */
export function onWhiteGround(picture: Picture): Picture {
  const figure = toGray(picture);
  const ground = grayGround(figure);
  if (ground === undefined) return figure;
  const { width, height } = figure;
  const data = figure.data.map((level) => Math.min(level, gray.below - 1));
  for (const [lines, length, across, along] of [[height, width, width, 1], [width, height, 1, width]] as const) {
    for (let line = 0; line < lines; line++) {
      let run = 0;
      for (let i = 0; i <= length; i++) {
        if (i < length && figure.data[line * across + i * along] === ground) run += 1;
        else {
          if (run >= leastRun) for (let k = i - run; k < i; k++) data[line * across + k * along] = 255;
          run = 0;
        }
      }
    }
  }
  return { ...figure, data };
}
