import { toGray } from '../colour.ts';
import { featureLogit, logistic, type FeatureNetwork } from '../feature-network.ts';
import { intersectionOverUnion, type Rectangle } from '../geometry.ts';
import type { Picture } from '../picture.ts';
import { textFeatures } from './features.ts';
import { linesIn } from './lines.ts';
import network from './text-network.json' with { type: 'json' };

/** What looks like a line of text. */
export interface BurnedText {
  /** In whole pixels. */
  readonly box: Rectangle;
  /** From 0 to 1; from {@link textScore} on it is taken for text. */
  readonly score: number;
}

/** From this score on a line is taken for text. Set so that names are found; what is in doubt is for a person to look at. */
export const textScore = 0.5;

/** A candidate line with the numbers by which it is judged. */
export interface TextCandidate {
  readonly box: Rectangle;
  readonly features: readonly number[];
}

/** The planes in which text is sought: brighter, darker, and more coloured than what is around it. */
function planesOf(picture: Picture): Uint8Array[] {
  const { data } = toGray(picture);
  const planes = [data, data.map((value) => 255 - value)];
  if (picture.channels === 1) return planes;
  const colour = new Uint8Array(data.length);
  let most = 0;
  for (let i = 0; i < colour.length; i++) {
    const at = i * picture.channels;
    const [r, g, b] = [picture.data[at] as number, picture.data[at + 1] as number, picture.data[at + 2] as number];
    colour[i] = Math.max(r, g, b) - Math.min(r, g, b);
    most = Math.max(most, colour[i] as number);
  }
  return most > 80 ? [...planes, colour] : planes;
}

/** Every line of patches that may be text: for the script that trains the network. */
export function textCandidates(picture: Picture): TextCandidate[] {
  const { width, height } = picture;
  return planesOf(picture).flatMap((plane) =>
    linesIn(plane, width, height).map((line) => ({
      box: { x: line.left, y: line.top, width: line.right - line.left, height: line.bottom - line.top },
      features: textFeatures(line, plane, width, height),
    })),
  );
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width <= 0 || height <= 0 ? 0 : (width * height) / Math.min(a.width * a.height, b.width * b.height);
}

interface AgreedLine extends BurnedText {
  /** How much other lines are at the same place: a text is found in many ways, a part of its letters in few. */
  readonly by: number;
}

const agree = (found: readonly BurnedText[]): AgreedLine[] =>
  found.map((line) => ({ ...line, by: found.reduce((sum, other) => sum + other.score * intersectionOverUnion(line.box, other.box), 0) })).toSorted((a, b) => b.by - a.by || b.score - a.score);

/** A line within another that is so much lower, in parts of its height, and not too short, in parts of its width, may be the text on a plate, found with the plate's edges. */
const onPlate = { height: 0.75, width: 0.4, inside: 0.9 } as const;

/** A line without the edges of the plate that its text stands on: what is found within it. */
function withoutPlate(line: BurnedText, found: readonly BurnedText[]): BurnedText {
  const within = found.filter(({ box }) => {
    const width = Math.min(box.x + box.width, line.box.x + line.box.width) - Math.max(box.x, line.box.x);
    const height = Math.min(box.y + box.height, line.box.y + line.box.height) - Math.max(box.y, line.box.y);
    return width > 0 && height > 0 && width * height >= onPlate.inside * box.width * box.height && box.height <= onPlate.height * line.box.height && box.width >= onPlate.width * line.box.width;
  });
  const [best] = agree(within);
  return best === undefined ? line : { box: best.box, score: best.score };
}

/** Of lines that lie on each other, the one on which most agree, without the plate that it may stand on. */
export function bestLines(found: readonly BurnedText[]): BurnedText[] {
  const kept: BurnedText[] = [];
  for (const { box, score } of agree(found)) if (!kept.some((other) => overlap(other.box, box) > 0.4)) kept.push({ box, score });
  return kept.map((line) => withoutPlate(line, found));
}

/** A line of joined words is at most so many times as high as the lowest of them: capitals beside small letters. */
const highestJoin = 1.4;

/** Words beside each other become one line, with the greatest of their scores. */
function joinWords(found: readonly BurnedText[]): BurnedText[] {
  const lines = [...found];
  for (let i = 0; i < lines.length; i++) {
    for (let j = 0; j < lines.length; j++) {
      const [first, second] = [lines[i], lines[j]];
      if (i === j || first === undefined || second === undefined) continue;
      const [a, b] = [first.box, second.box];
      const tall = Math.max(a.height, b.height);
      const shared = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      const gap = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
      if (shared < 0.6 * Math.min(a.height, b.height) || Math.min(a.height, b.height) < 0.55 * tall || gap > 1.5 * tall) continue;
      const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
      if (Math.max(a.y + a.height, b.y + b.height) - y > highestJoin * Math.min(a.height, b.height)) continue;
      lines[i] = { box: { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }, score: Math.max(first.score, second.score) };
      lines.splice(j, 1);
      i = -1;
      break;
    }
  }
  return lines.toSorted((a, b) => b.score - a.score);
}

/**
 * Finds text that is burned into a picture: lines of two letters or more, 12 to 40 pixels high, light, dark or coloured, written from
 * left to right. It does not read them. Lone letters, as figures carry them, are no text here. Best first.
 * @param least scores below it are left out; {@link textScore} where absent
 */
export function findBurnedInText(picture: Picture, least = textScore): readonly BurnedText[] {
  const scored = textCandidates(picture).map(({ box, features }) => ({ box, score: logistic(featureLogit(network satisfies FeatureNetwork, features)) }));
  return joinWords(bestLines(scored.filter(({ score }) => score >= least)));
}
