import { CovidCtError, type Workspace } from '../../base/index.ts';
import { crop, paste, toGray, toRgb, type Picture } from '../../imaging/index.ts';
import { decodePicture, encodePng } from '../../imaging/node.ts';
import type { Box, CandidatePicture, CandidateRecord } from '../record.ts';

/** Decodes a candidate's picture. @throws CovidCtError NOT_FOUND, HASH_MISMATCH, BAD_IMAGE */
export async function readCandidatePicture(workspace: Workspace, picture: CandidatePicture): Promise<Picture> {
  return decodePicture(await workspace.objects.get(picture.sha256));
}

/** Keeps a picture as a PNG of its very pixels. */
export async function keepPicture(workspace: Workspace, picture: Picture): Promise<CandidatePicture> {
  return { sha256: await workspace.objects.put(await encodePng(picture)), format: 'png', width: picture.width, height: picture.height };
}

/** @throws CovidCtError BAD_INPUT for a box that leaves the picture */
export function checkBox([x, y, width, height]: Box, picture: Pick<CandidatePicture, 'width' | 'height'>): void {
  if (x + width > picture.width || y + height > picture.height) {
    throw new CovidCtError('BAD_INPUT', `The box ${x},${y},${width},${height} leaves the picture of ${picture.width}×${picture.height} pixels.`, { hint: 'A box is x,y,width,height from the top left corner, in pixels.' });
  }
}

/** Cuts boxes out of a candidate's picture, each kept as a picture of its own. @throws CovidCtError BAD_INPUT for a box that leaves it */
export async function cutPicture(workspace: Workspace, picture: CandidatePicture, boxes: readonly Box[]): Promise<CandidatePicture[]> {
  for (const box of boxes) checkBox(box, picture);
  const pixels = await readCandidatePicture(workspace, picture);
  const parts: CandidatePicture[] = [];
  for (const [x, y, width, height] of boxes) parts.push(await keepPicture(workspace, crop(pixels, { x, y, width, height })));
  return parts;
}

/**
 * Lays panels of one figure back where they were cut from it; what lies between them is black.
 * @throws CovidCtError BAD_INPUT for pictures that are not of one figure
 */
export async function joinPictures(workspace: Workspace, records: readonly CandidateRecord[]): Promise<{ readonly picture: CandidatePicture; readonly panel: Box }> {
  const parts = records.map(({ origin, picture, name }) => {
    if (origin.kind !== 'paper') throw new CovidCtError('BAD_INPUT', `${name} is no panel of a figure, and cannot be merged.`, { hint: 'Reject one of two copies instead.' });
    if (origin.panel[2] !== picture.width || origin.panel[3] !== picture.height) throw new CovidCtError('BAD_INPUT', `${name} no longer has the size at which it was cut out.`, { hint: 'Undo what was done to it first.' });
    return { origin, picture };
  });
  const places = new Set(parts.map(({ origin }) => `${origin.paper} ${origin.page} ${origin.xref}`));
  if (places.size > 1) throw new CovidCtError('BAD_INPUT', 'The candidates are not panels of one picture, and cannot be merged.', { hint: 'Only panels that were cut apart can be put together again.' });
  const left = Math.min(...parts.map(({ origin }) => origin.panel[0]));
  const top = Math.min(...parts.map(({ origin }) => origin.panel[1]));
  const right = Math.max(...parts.map(({ origin }) => origin.panel[0] + origin.panel[2]));
  const bottom = Math.max(...parts.map(({ origin }) => origin.panel[1] + origin.panel[3]));
  const pictures = await Promise.all(parts.map(({ picture }) => readCandidatePicture(workspace, picture)));
  const channels = pictures.every((one) => one.channels === 1) ? 1 : 3;
  const [width, height] = [right - left, bottom - top];
  let whole: Picture = { width, height, channels, data: new Uint8Array(width * height * channels) };
  for (const [i, { origin }] of parts.entries()) {
    const one = pictures[i];
    if (one !== undefined) whole = paste(whole, channels === 1 ? toGray(one) : toRgb(one), { x: origin.panel[0] - left, y: origin.panel[1] - top });
  }
  return { picture: await keepPicture(workspace, whole), panel: [left, top, width, height] };
}
