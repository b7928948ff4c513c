/** How a picture lies on the screen: the picture's point in the middle, and screen pixels a picture pixel. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Width and height. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const least = 0.05;
const most = 40;

/** The whole picture, as large as it fits. */
export function fit(picture: Size, screen: Size): View {
  return { x: picture.width / 2, y: picture.height / 2, zoom: Math.max(least, Math.min(screen.width / picture.width, screen.height / picture.height)) };
}

/** The picture's point under a point of the screen. */
export function toPicture({ x, y, zoom }: View, screen: Size, point: Point): Point {
  return { x: x + (point.x - screen.width / 2) / zoom, y: y + (point.y - screen.height / 2) / zoom };
}

/** The screen's point over a point of the picture. */
export function toScreen({ x, y, zoom }: View, screen: Size, point: Point): Point {
  return { x: (point.x - x) * zoom + screen.width / 2, y: (point.y - y) * zoom + screen.height / 2 };
}

/** Zooms so that what is under a point of the screen stays there. */
export function zoomAt(view: View, screen: Size, point: Point, factor: number): View {
  const zoom = Math.max(least, Math.min(most, view.zoom * factor));
  const under = toPicture(view, screen, point);
  return { x: under.x - (point.x - screen.width / 2) / zoom, y: under.y - (point.y - screen.height / 2) / zoom, zoom };
}

/** Moves by screen pixels. */
export function pan({ x, y, zoom }: View, dx: number, dy: number): View {
  return { x: x - dx / zoom, y: y - dy / zoom, zoom };
}

/** How gray levels are shown: those from `centre − width/2` to `centre + width/2` become black to white. */
export interface Contrast {
  readonly centre: number;
  readonly width: number;
  readonly invert: boolean;
}

/** Each of 256 levels as it is. */
export const plainContrast: Contrast = { centre: 127.5, width: 255, invert: false };

/** What each of the 256 levels becomes, as in DICOM PS3.3 C.11.2.1.2 on a display of 256 levels. */
export function contrastTable({ centre, width, invert }: Contrast): Uint8ClampedArray {
  const low = centre - width / 2;
  return Uint8ClampedArray.from({ length: 256 }, (_, level) => {
    const shown = width <= 0 ? (level >= centre ? 255 : 0) : ((level - low) / width) * 255;
    const value = Math.max(0, Math.min(255, shown));
    return invert ? 255 - value : value;
  });
}
