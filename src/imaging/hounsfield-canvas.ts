/**
 * A plane of Hounsfield units on which phantoms are painted. Places and lengths are in millimetres, the origin in the
 * middle, x to the right, y down (on an axial slice: towards the back).
 */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Millimetres of a pixel's side. */
  readonly spacing: number;
  /** Hounsfield units, row by row. */
  readonly units: Float32Array;
  /** How the patient lies: turned about the middle, in radians, then moved, in millimetres. */
  readonly pose: Pose;
}

/** See {@link Canvas}. */
export interface Pose {
  readonly turn: number;
  readonly x: number;
  readonly y: number;
}

/** An ellipse; `power` 2 (where absent) is a plain one, higher ones are more like rectangles. `angle` in radians. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly angle?: number;
  readonly power?: number;
}

/** What a shape does to a pixel that it covers by a share of 0 to 1. */
export type Paint = (index: number, share: number) => void;

/** A canvas of air. */
export function createCanvas(width: number, height: number, spacing: number, pose: Pose): Canvas {
  return { width, height, spacing, pose, units: new Float32Array(width * height).fill(-1000) };
}

/** Calls `paint` for the pixels of an ellipse, with a soft edge of `edge` millimetres. */
export function coverEllipse(canvas: Canvas, ellipse: Ellipse, edge: number, paint: Paint): void {
  const { width, height, spacing, pose } = canvas;
  const { rx, ry, power = 2 } = ellipse;
  if (rx <= 0 || ry <= 0) return;
  const [turnCos, turnSin] = [Math.cos(pose.turn), Math.sin(pose.turn)];
  const x = ellipse.x * turnCos - ellipse.y * turnSin + pose.x;
  const y = ellipse.x * turnSin + ellipse.y * turnCos + pose.y;
  const angle = (ellipse.angle ?? 0) + pose.turn;
  const reach = Math.max(rx, ry) * 2 ** (0.5 - 1 / Math.max(2, power)) + edge;
  const column = (at: number): number => at / spacing + width / 2;
  const row = (at: number): number => at / spacing + height / 2;
  const [left, right] = [Math.max(0, Math.floor(column(x - reach))), Math.min(width - 1, Math.ceil(column(x + reach)))];
  const [top, bottom] = [Math.max(0, Math.floor(row(y - reach))), Math.min(height - 1, Math.ceil(row(y + reach)))];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const smaller = Math.min(rx, ry);
  const inside = 1 - (0.5 * edge) / smaller;
  const outside = 1 + (0.5 * edge) / smaller;
  for (let py = top; py <= bottom; py++) {
    const dy = (py + 0.5 - height / 2) * spacing - y;
    for (let px = left; px <= right; px++) {
      const dx = (px + 0.5 - width / 2) * spacing - x;
      const u = Math.abs(dx * cos + dy * sin) / rx;
      const v = Math.abs(dy * cos - dx * sin) / ry;
      if (u >= outside || v >= outside) continue;
      // The plain radius bounds the other from above (power ≥ 2), so that the costly one is wanted near the edge alone.
      let radius = Math.sqrt(u * u + v * v);
      if (power > 2 && radius > inside) radius = (u ** power + v ** power) ** (1 / power);
      const share = ((1 - radius) * smaller) / edge + 0.5;
      if (share > 0) paint(py * width + px, share < 1 ? share : 1);
    }
  }
}

/** Paints an ellipse of one density over what is there. */
export function fillEllipse(canvas: Canvas, ellipse: Ellipse, units: number, edge = 1.5 * canvas.spacing): void {
  const plane = canvas.units;
  coverEllipse(canvas, ellipse, edge, (i, share) => {
    const below = plane[i] as number;
    plane[i] = below + share * (units - below);
  });
}
