import { sha256 } from '../../base/index.ts';
import { findBurnedInText, findLungs, toGray, type BurnedText, type Lungs, type Picture } from '../../imaging/index.ts';
import { scoreCtLikeness, type CtLikeness } from '../../papers/index.ts';
import { readSubmittedFile, type SubmittedFile } from './submitted-file.ts';

/** What is measured of a file that somebody gave, whatever is said of it. */
export interface Inspection {
  readonly file: SubmittedFile;
  /** SHA-256 of the picture that would be published. */
  readonly hash: string;
  /** What looks like writing in it, the most like it. */
  readonly text: BurnedText | undefined;
  /** Share of its pixels whose colour is no gray, 0 to 1. */
  readonly colour: number;
  readonly lungs: Lungs;
  readonly likeness: CtLikeness;
}

function shareOfColour({ width, height, channels, data }: Picture): number {
  if (channels === 1) return 0;
  let coloured = 0;
  for (let at = 0; at < data.length; at += channels) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 40) coloured += 1;
  }
  return coloured / (width * height);
}

/**
 * Reads a file and measures its picture.
 * @throws CovidCtError BAD_IMAGE for what is no picture or cannot be read, LIMIT_EXCEEDED
 */
export async function inspectFile(bytes: Uint8Array, name: string): Promise<Inspection> {
  const file = await readSubmittedFile(bytes, name);
  const { picture } = file;
  const [text] = findBurnedInText(picture);
  return { file, hash: sha256(file.bytes), text, colour: shareOfColour(picture), lungs: findLungs(toGray(picture)), likeness: scoreCtLikeness(picture) };
}
