import { createRandom, CovidCtError, type Random } from '../../base/index.ts';
import { degrade, lungWindow, mediastinalWindow, paste, resize, sliceUnits, toRgb, windowSlice, type Picture, type Volume, type Window } from '../../imaging/index.ts';
import { allDegradations, makePaperPicture } from '../../imaging/node.ts';
import type { PlanArm } from '../plan/schema.ts';

/** What the bytes of a frame are: gray or colours of 8 bits, or Hounsfield units of 16 bits, little-endian. */
export type FrameKind = 'gray8' | 'rgb8' | 'hounsfield';

/** A frame's bytes, row by row, without any header: its size follows from the study alone. */
export type Frame = Uint8Array;

/** What an arm's frames are; it depends on the arm alone, never on the case. */
export function frameKindOf(arm: PlanArm): FrameKind {
  if (arm.hounsfield) return 'hounsfield';
  const coloured = arm.view === 'picture' || (arm.paper?.photo ?? 0) > 0 || arm.steps.some(({ degradation }) => degradation === 'phone-photo' || degradation === 'marks');
  return coloured ? 'rgb8' : 'gray8';
}

/** Bytes of one frame. */
export function frameBytes(kind: FrameKind, side: number): number {
  return side * side * { gray8: 1, rgb8: 3, hounsfield: 2 }[kind];
}

/** The window of an arm. */
export function windowOf(arm: PlanArm): Window {
  if (arm.window === undefined || arm.window === 'lung') return lungWindow;
  return arm.window === 'mediastinum' ? mediastinalWindow : arm.window;
}

async function takeSteps(picture: Picture, arm: PlanArm, random: Random): Promise<Picture> {
  let taken = picture;
  for (const [i, { degradation: name, strength }] of arm.steps.entries()) {
    const degradation = allDegradations.find((one) => one.name === name);
    if (degradation === undefined) throw new CovidCtError('BAD_INPUT', `There is no degradation ${name}.`);
    taken = await degrade(taken, degradation, strength, random.fork(`step ${i}`));
  }
  return taken;
}

/** The picture as large as fits a square, in its middle, on black. */
function onSquare(picture: Picture, side: number): Picture {
  const scale = side / Math.max(picture.width, picture.height);
  const fitted = resize(picture, Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)), 'bicubic');
  const black: Picture = { width: side, height: side, channels: fitted.channels, data: new Uint8Array(side * side * fitted.channels) };
  return paste(black, fitted, { x: (side - fitted.width) >> 1, y: (side - fitted.height) >> 1 });
}

/** Places, given in shares of a picture, in shares of the square that it is shown on. */
export function placeOnSquare<T extends { readonly x: number; readonly y: number; readonly radius: number }>(place: T, width: number, height: number): T {
  const longer = Math.max(width, height);
  const along = (share: number, size: number): number => 0.5 + ((share - 0.5) * size) / longer;
  return { ...place, x: along(place.x, width), y: along(place.y, height), radius: (place.radius * width) / longer };
}

/** A frame of a picture of the release in one arm. @param seed of the case, so that each arm draws the same noise */
export async function renderPicture(picture: Picture, arm: PlanArm, side: number, seed: number): Promise<Frame> {
  return onSquare(toRgb(await takeSteps(picture, arm, createRandom(seed))), side).data;
}

/** Units of one slice in the middle of a square of air. */
function unitsOnSquare(volume: Volume, slice: number, side: number): Uint8Array {
  const square = new Int16Array(side * side).fill(-1024);
  const units = sliceUnits(volume, slice);
  const [left, top] = [(side - volume.columns) >> 1, (side - volume.rows) >> 1];
  for (let row = 0; row < volume.rows; row++) square.set(units.subarray(row * volume.columns, (row + 1) * volume.columns), (top + row) * side + left);
  return new Uint8Array(square.buffer);
}

/** Frames of a volume in one arm, from head to feet: all slices of a series, or the one slice that stands for it. */
export async function* renderVolume(volume: Volume, arm: PlanArm, chosen: number, side: number, seed: number): AsyncGenerator<Frame> {
  const slices = arm.view === 'series' ? Array.from({ length: volume.slices }, (_, k) => k) : [chosen];
  const kind = frameKindOf(arm);
  for (const slice of slices) {
    if (kind === 'hounsfield') {
      yield unitsOnSquare(volume, slice, side);
      continue;
    }
    const random = createRandom(seed);
    const { side: paperSide, quality, photo } = arm.paper ?? {};
    const paper = arm.paper === undefined
      ? windowSlice(volume, slice, windowOf(arm))
      : await makePaperPicture(volume, slice, { window: windowOf(arm), ...(paperSide === undefined ? {} : { side: paperSide }), ...(quality === undefined ? {} : { quality }), ...(photo === undefined ? {} : { photo }) }, random.fork('paper'));
    const picture = onSquare(await takeSteps(paper, arm, random), side);
    yield kind === 'rgb8' ? toRgb(picture).data : picture.data;
  }
}
