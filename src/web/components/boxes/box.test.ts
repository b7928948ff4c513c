import { expect, it } from 'vitest';
import { boxBetween, moveBox, resizeBox } from './box.ts';

const picture = { width: 200, height: 100 };

it('moves within the picture', () => {
  expect(moveBox([10, 10, 50, 40], 3.4, -2.6, picture)).toEqual([13, 7, 50, 40]);
  expect(moveBox([10, 10, 50, 40], 999, 999, picture)).toEqual([150, 60, 50, 40]);
  expect(moveBox([10, 10, 50, 40], -999, -999, picture)).toEqual([0, 0, 50, 40]);
});

it('resizes by any border, none passing the other', () => {
  expect(resizeBox([10, 10, 50, 40], { x: 1, y: 1 }, 5, 6, picture)).toEqual([10, 10, 55, 46]);
  expect(resizeBox([10, 10, 50, 40], { x: -1, y: 0 }, -30, 6, picture)).toEqual([0, 10, 60, 40]);
  expect(resizeBox([10, 10, 50, 40], { x: -1, y: -1 }, 500, 500, picture)).toEqual([52, 42, 8, 8]);
  expect(resizeBox([10, 10, 50, 40], { x: 1, y: 1 }, 500, 500, picture)).toEqual([10, 10, 190, 90]);
});

it('is drawn from any corner, and not by a slip', () => {
  expect(boxBetween({ x: 60, y: 50 }, { x: 10, y: 10 }, picture)).toEqual([10, 10, 50, 40]);
  expect(boxBetween({ x: 190, y: 90 }, { x: 400, y: 400 }, picture)).toEqual([190, 90, 10, 10]);
  expect(boxBetween({ x: 60, y: 50 }, { x: 62, y: 90 }, picture)).toBeUndefined();
});
