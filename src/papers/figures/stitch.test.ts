import { expect, it } from 'vitest';
import { stitch, type PlacedPicture } from './stitch.ts';

/** A square picture on a page, one level all over but for white margins of so many lines above and below. */
function placed(y: number, object: number, margin: number, height = 100): PlacedPicture {
  const data = Uint8Array.from({ length: 100 * height }, (_, i) => (Math.min(Math.floor(i / 100), height - 1 - Math.floor(i / 100)) < margin ? 253 : 60 + 90 * (object % 2)));
  return { page: 1, box: { x: 50, y, width: 100, height }, pixels: { width: 100, height, channels: 1, data }, objects: [object], source: 'embedded' };
}

const objectsOf = (pictures: readonly PlacedPicture[]): number[][] => stitch(pictures).map(({ objects }) => [...objects]);

it('strips that were cut through white are put together, whatever their shape; tiles that touch stay apart', () => {
  expect(objectsOf([placed(0, 1, 2), placed(100, 2, 2), placed(200, 3, 2, 60)])).toEqual([[1, 2, 3]]);
  expect(objectsOf([placed(0, 1, 0), placed(100, 2, 0)])).toEqual([[1], [2]]);
  // A higher one below is no strip of the same figure.
  expect(objectsOf([placed(0, 1, 2, 60), placed(60, 2, 2)])).toEqual([[1], [2]]);
});
