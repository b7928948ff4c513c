import type { Picture } from '../../imaging/index.ts';
import { renderPages } from '../pdf/index.ts';

/** A page as a picture, for a person to look at. */
export interface DrawnPage {
  /** From 0. */
  readonly page: number;
  /** Of the page, in points. */
  readonly width: number;
  readonly height: number;
  readonly picture: Picture;
}

/** Pages beyond these are not drawn, nor larger than this, in pixels. */
const mostPages = 100;
const longestSide = 1200;

/** Draws the pages of a PDF, one after another; those that cannot be drawn are left out. @param bytes of the whole file */
export async function* drawPages(bytes: Uint8Array): AsyncGenerator<DrawnPage> {
  for await (const { number, width, height, picture } of renderPages(bytes, { most: mostPages, longestSide })) yield { page: number - 1, width, height, picture };
}
