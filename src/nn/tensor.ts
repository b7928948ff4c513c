import { NnError } from './errors.ts';

/** Sizes of the axes, outermost first. A scalar is `[]`. */
export type Shape = readonly number[];

/** The element types that networks and their checkpoints hold here. */
export type DType = 'float32' | 'int64' | 'bool';

/** Bytes an element, by type. */
export const elementBytes = { float32: 4, int64: 8, bool: 1 } as const satisfies Record<DType, number>;

/** How many elements a shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `[8, 3, 224, 224]` as text. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The size of an axis; a negative axis counts from the end. @throws NnError BAD_MODEL when there is no such axis */
export function axisSize(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) throw new NnError('BAD_MODEL', `The shape ${formatShape(shape)} has no axis ${axis}.`);
  return size;
}

/** The four sizes of an image-shaped tensor `[N, C, H, W]`. @throws NnError BAD_MODEL for any other rank */
export function nchw(shape: Shape, who: string): readonly [number, number, number, number] {
  const [n, c, h, w] = shape;
  if (shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined) {
    throw new NnError('BAD_MODEL', `${who} takes [batch, channels, height, width], and was given ${formatShape(shape)}.`);
  }
  return [n, c, h, w];
}

/** The two sizes of a matrix. @throws NnError BAD_MODEL for any other rank */
export function matrix(shape: Shape, who: string): readonly [number, number] {
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new NnError('BAD_MODEL', `${who} takes a matrix, and was given ${formatShape(shape)}.`);
  }
  return [rows, columns];
}

/** Numpy's broadcasting of two shapes. @throws NnError BAD_MODEL when they do not fit */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new NnError('BAD_MODEL', `The shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.`);
    }
    return left === 1 ? right : left;
  });
}
