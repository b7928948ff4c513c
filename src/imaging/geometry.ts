import type { Picture } from './picture.ts';

/** A rectangle of whole pixels; `x` and `y` are its left upper corner, 0-based. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Area that two rectangles share by the area that either covers: 0 apart, 1 the same. */
export function intersectionOverUnion(a: Rectangle, b: Rectangle): number {
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x));
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}

function checkInside(picture: Picture, { x, y, width, height }: Rectangle, what: string): void {
  const whole = [x, y, width, height].every(Number.isInteger);
  if (!whole || x < 0 || y < 0 || width < 1 || height < 1 || x + width > picture.width || y + height > picture.height) {
    throw new RangeError(`${what}: ${width}×${height} at (${x}, ${y}) is not within ${picture.width}×${picture.height}`);
  }
}

/** Cuts a rectangle out. @throws RangeError where it is not wholly within the picture */
export function crop(picture: Picture, rectangle: Rectangle): Picture {
  checkInside(picture, rectangle, 'crop');
  const { x, y, width, height } = rectangle;
  const row = width * picture.channels;
  const data = new Uint8Array(row * height);
  for (let i = 0; i < height; i++) {
    const from = ((y + i) * picture.width + x) * picture.channels;
    data.set(picture.data.subarray(from, from + row), i * row);
  }
  return { width, height, channels: picture.channels, data };
}

/** Puts one picture into a copy of another of the same mode. @throws RangeError where it does not fit, or the modes differ */
export function paste(onto: Picture, picture: Picture, at: { readonly x: number; readonly y: number }): Picture {
  if (onto.channels !== picture.channels) throw new RangeError(`paste: ${picture.channels} channels onto ${onto.channels}`);
  checkInside(onto, { ...at, width: picture.width, height: picture.height }, 'paste');
  const data = onto.data.slice();
  const row = picture.width * picture.channels;
  for (let i = 0; i < picture.height; i++) {
    data.set(picture.data.subarray(i * row, (i + 1) * row), ((at.y + i) * onto.width + at.x) * onto.channels);
  }
  return { ...onto, data };
}

/** Mirrors left and right. */
export function flipHorizontal(picture: Picture): Picture {
  const { width, height, channels } = picture;
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const into = (y * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) data[into + c] = picture.data[from + c] as number;
    }
  }
  return { width, height, channels, data };
}

/** Mirrors top and bottom. */
export function flipVertical(picture: Picture): Picture {
  const row = picture.width * picture.channels;
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < picture.height; y++) data.set(picture.data.subarray(y * row, (y + 1) * row), (picture.height - 1 - y) * row);
  return { ...picture, data };
}

/** Turns by 90 degrees clockwise, as often as is said. */
export function turn(picture: Picture, quarterTurns: 0 | 1 | 2 | 3): Picture {
  if (quarterTurns === 0) return picture;
  if (quarterTurns === 2) return flipHorizontal(flipVertical(picture));
  const { width, height, channels } = picture;
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const into = (quarterTurns === 1 ? x * height + (height - 1 - y) : (width - 1 - x) * height + y) * channels;
      for (let c = 0; c < channels; c++) data[into + c] = picture.data[from + c] as number;
    }
  }
  return { width: height, height: width, channels, data };
}
