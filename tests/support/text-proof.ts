import { createRandom, sha256 } from '../../src/base/index.ts';
import type { Picture, Rectangle } from '../../src/imaging/index.ts';
import { decodePicture, encodeJpeg } from '../../src/imaging/node.ts';
import { burnName, type Lettering, type NamedPicture } from '../../src/papers/generator/index.ts';

/** A picture with a made-up name of 12 to 40 pixels, half of them kept as JPEG; none where the picture has no room for it. */
export async function namedPicture(pictures: readonly Picture[], lettering: Lettering, seed: number): Promise<NamedPicture | undefined> {
  const random = createRandom(seed);
  const named = burnName(random.pick(pictures), random.integer(12, 40), lettering, random);
  if (named === undefined || random.uniform() < 0.5) return named;
  return { ...named, picture: await decodePicture(await encodeJpeg(named.picture, random.integer(60, 95))) };
}

/** Which half of the release a picture is in: the detector is trained on one and measured on the other. */
export const isHeldOut = (name: string): boolean => (Number.parseInt(sha256(`burned-text:${name}`).slice(0, 4), 16) & 1) === 1;

/** Whether a detector's line lies on a text: at least half of the line, and over at least 15 % of the text. */
export function isFound(text: Rectangle, found: readonly Rectangle[]): boolean {
  return found.some((box) => covered(box, [text]) >= 0.5 && covered(text, [box]) >= 0.15);
}

/** Share of a text's box that found boxes cover. */
export function covered(text: Rectangle, found: readonly Rectangle[]): number {
  let count = 0;
  for (let y = text.y; y < text.y + text.height; y++) {
    for (let x = text.x; x < text.x + text.width; x++) if (found.some((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)) count += 1;
  }
  return count / (text.width * text.height);
}
