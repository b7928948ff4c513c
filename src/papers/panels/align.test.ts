import { describe, expect, it } from 'vitest';
import { paste, type Picture, type Rectangle } from '../../imaging/index.ts';
import { alignEdges } from './align.ts';
import { gatherEvidence } from './evidence.ts';

/** Gray tiles on white. */
function sheet(tiles: readonly Rectangle[]): Picture {
  let picture: Picture = { width: 400, height: 140, channels: 1, data: new Uint8Array(400 * 140).fill(255) };
  for (const { x, y, width, height } of tiles) picture = paste(picture, { width, height, channels: 1, data: new Uint8Array(width * height).fill(90) }, { x, y });
  return picture;
}

const tile = (x: number, y: number, height: number): Rectangle => ({ x, y, width: 100, height });

describe('alignEdges', () => {
  it('gives a white border back where most of the row goes further, and never over anything but white', () => {
    const boxes = [tile(10, 10, 100), tile(130, 18, 92), tile(250, 10, 100)];
    // What is left of the second one begins with a contour, not with an edge.
    const content = [boxes[0] as Rectangle, { x: 160, y: 18, width: 40, height: 8 }, tile(130, 26, 84), boxes[2] as Rectangle];
    expect(alignEdges(gatherEvidence(sheet(content)), boxes, false)[1]).toEqual(tile(130, 10, 100));
    const line = { x: 130, y: 12, width: 30, height: 3 };
    expect(alignEdges(gatherEvidence(sheet([...content, line])), boxes, false)[1]).toEqual(boxes[1]);
  });

  it('leaves an edge that is seen where there is one neighbour, or the figure was kept without loss', () => {
    const boxes = [tile(10, 10, 100), tile(130, 14, 96), tile(250, 10, 100)];
    expect(alignEdges(gatherEvidence(sheet(boxes)), boxes, true)).toEqual(boxes);
    expect(alignEdges(gatherEvidence(sheet(boxes)), boxes, false)[1]).toEqual(tile(130, 10, 100));
    const two = boxes.slice(0, 2);
    expect(alignEdges(gatherEvidence(sheet(two)), two, false)).toEqual(two);
  });

  it('leaves tiles of sizes of their own alone', () => {
    const boxes = [tile(10, 10, 120), tile(130, 10, 80), tile(250, 10, 100)];
    expect(alignEdges(gatherEvidence(sheet(boxes)), boxes, false)).toEqual(boxes);
  });
});
