import { describe, expect, it } from 'vitest';
import { paste, type Picture, type Rectangle } from '../../imaging/index.ts';
import { gatherEvidence } from './evidence.ts';
import { exactEdges, isSharp } from './exact.ts';

const boxes: readonly Rectangle[] = [{ x: 0, y: 0, width: 100, height: 90 }, { x: 112, y: 0, width: 90, height: 80 }];

/** Two tiles of uneven levels on a ground; the last columns of the first, and the first row of the ground below it, are as told. */
function sheet(ground: number, last: number): Picture {
  let picture: Picture = { width: 202, height: 100, channels: 1, data: new Uint8Array(20_200).fill(ground) };
  for (const { x, y, width, height } of boxes) picture = paste(picture, { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => (x === 0 && i % width >= width - 2 ? last - (Math.floor(i / width) % 3) : 60 + (i % 7))) }, { x, y });
  return picture;
}

describe('exactEdges', () => {
  it('gives a panel its last columns back, which are nearly of the ground’s colour', () => {
    const found = [{ ...(boxes[0] as Rectangle), width: 98 }, boxes[1] as Rectangle];
    expect(exactEdges(gatherEvidence(sheet(255, 253)), found)).toEqual(boxes);
  });

  it('takes gray ground away, wherever it borders a panel', () => {
    const found = [{ ...(boxes[0] as Rectangle), height: 100 }, { ...(boxes[1] as Rectangle), height: 100 }];
    expect(exactEdges(gatherEvidence(sheet(128, 90)), found)).toEqual(boxes);
  });

  it('leaves black margins to panels, and knows pictures that rang', () => {
    const found = [{ ...(boxes[0] as Rectangle), height: 95 }, boxes[1] as Rectangle];
    expect(exactEdges(gatherEvidence(sheet(0, 90)), found)).toEqual(found);
    const narrow = [{ ...(boxes[0] as Rectangle), width: 98 }, { ...(boxes[1] as Rectangle), width: 88 }];
    const rang = sheet(255, 253);
    for (const x of [100, 101, 200, 201, 110, 111]) for (let y = 0; y < 100; y++) rang.data[y * 202 + x] = 240 + (y % 5);
    expect(isSharp(gatherEvidence(rang), narrow)).toBe(false);
    expect(isSharp(gatherEvidence(sheet(255, 253)), boxes)).toBe(true);
  });
});
