import { describe, expect, it } from 'vitest';
import { crop, flipHorizontal, flipVertical, paste, turn } from './index.ts';

const picture = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) } as const;
const colour = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) } as const;

describe('geometry', () => {
  it('crops, and only within', () => {
    expect([...crop(picture, { x: 1, y: 0, width: 2, height: 2 }).data]).toEqual([2, 3, 5, 6]);
    expect([...crop(colour, { x: 1, y: 0, width: 1, height: 1 }).data]).toEqual([4, 5, 6]);
    expect(() => crop(picture, { x: 2, y: 0, width: 2, height: 2 })).toThrow(RangeError);
    expect(() => crop(picture, { x: 0.5, y: 0, width: 1, height: 1 })).toThrow(RangeError);
  });
  it('flips', () => {
    expect([...flipHorizontal(picture).data]).toEqual([3, 2, 1, 6, 5, 4]);
    expect([...flipHorizontal(colour).data]).toEqual([4, 5, 6, 1, 2, 3]);
    expect([...flipVertical(picture).data]).toEqual([4, 5, 6, 1, 2, 3]);
  });
  it('turns by quarters, clockwise', () => {
    expect([...turn(picture, 1).data]).toEqual([4, 1, 5, 2, 6, 3]);
    expect([...turn(picture, 2).data]).toEqual([6, 5, 4, 3, 2, 1]);
    expect([...turn(picture, 3).data]).toEqual([3, 6, 2, 5, 1, 4]);
    expect([...turn(colour, 1).data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(turn(turn(picture, 1), 3)).toEqual(picture);
  });
  it('pastes into a copy', () => {
    const patch = { width: 1, height: 2, channels: 1, data: Uint8Array.of(8, 9) } as const;
    expect([...paste(picture, patch, { x: 2, y: 0 }).data]).toEqual([1, 2, 8, 4, 5, 9]);
    expect([...picture.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => paste(picture, patch, { x: 0, y: 1 })).toThrow(RangeError);
    expect(() => paste(picture, colour, { x: 0, y: 0 })).toThrow(RangeError);
  });
});
