import { describe, expect, it } from 'vitest';
import { drawPhantom, intersectionOverUnion, paste, toGray, type Picture, type Rectangle } from '../../imaging/index.ts';
import { decodePicture, encodeJpeg } from '../../imaging/node.ts';
import { hasJpegTraces } from './jpeg-traces.ts';
import { endsAt, isLossless } from './lossless.ts';
import { splitPanels } from './split.ts';

/** Loose rows of tiles: no two edges agree, and no vertical line runs through all rows. */
const boxes: readonly Rectangle[] = [
  { x: 0, y: 0, width: 150, height: 121 },
  { x: 161, y: 0, width: 203, height: 150 },
  { x: 0, y: 163, width: 211, height: 139 },
  { x: 223, y: 163, width: 131, height: 113 },
];

/** A phantom with the grain of a scanner and a nearly white margin of `margin` pixels, as scanned pictures have. */
function tile({ width, height }: Rectangle, patient: number, margin: number): Picture {
  const { data } = toGray(drawPhantom({ patient, lesions: 'opacities', width, height }));
  const isMargin = (i: number): boolean => Math.min(i % width, width - 1 - (i % width), Math.floor(i / width), height - 1 - Math.floor(i / width)) < margin;
  return { width, height, channels: 1, data: data.map((level, i) => (isMargin(i) ? 250 + ((i * 7) % 5) : Math.min(250, level + ((i * 131) % 17)))) };
}

function sheet(ground: number, margin: number): Picture {
  let picture: Picture = { width: 364, height: 302, channels: 1, data: new Uint8Array(364 * 302).fill(ground) };
  for (const [i, box] of boxes.entries()) picture = paste(picture, tile(box, 40 + i, margin), box);
  return picture;
}

describe('figures that were kept without loss', () => {
  it('are told from those that JPEG kept, strip by strip, too', async () => {
    const picture = sheet(255, 4);
    expect(isLossless(picture)).toBe(true);
    for (const quality of [60, 80, 95]) {
      const rang = toGray(await decodePicture(await encodeJpeg(picture, quality)));
      expect([hasJpegTraces(rang), isLossless(rang)]).toEqual([true, false]);
      // As a strip that was cut above the others leaves it.
      const lower = { ...rang, height: 299, data: rang.data.slice(3 * 364) };
      expect(hasJpegTraces(lower)).toBe(true);
    }
  });

  it.each([[255, 0], [255, 5], [140, 5]])('are cut to the very pixel: loose rows on %i, nearly white margins of %i', (ground, margin) => {
    expect(splitPanels(sheet(ground, margin)).panels.map(({ box }) => box)).toEqual(boxes);
  });

  it('JPEG in loose rows is cut to within its ringing', async () => {
    const found = splitPanels(await decodePicture(await encodeJpeg(sheet(255, 0), 75))).panels.map(({ box }) => box);
    expect(boxes.map((box, i) => intersectionOverUnion(box, found[i] ?? { x: 0, y: 0, width: 0, height: 0 }) >= 0.9)).toEqual(boxes.map(() => true));
    expect(found).toHaveLength(boxes.length);
  });

  it('have panels that end with an edge or with grain, not with a contour', () => {
    const line = (isSeen: (i: number) => boolean): boolean => endsAt(Uint8Array.from({ length: 200 }, (_, i) => (isSeen(i) ? 254 : 255)), { start: 0, step: 1, length: 200 });
    expect([line((i) => i > 20 && i < 80), line((i) => i % 11 === 0), line((i) => i > 90 && i < 120), line(() => false)]).toEqual([true, true, false, false]);
  });
});
