import { NnError } from '../errors.ts';

/** Bytes an element, by type. */
export const elementBytes = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const;

/** The types of elements that checkpoints hold. */
export type ElementType = keyof typeof elementBytes;

/** A named weight as a file holds it: little-endian, row-major, contiguous. */
export interface StateTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** `elementBytes[type]` × the product of `shape`. */
  readonly bytes: Uint8Array;
}

/** Weights and buffers by name, in the file's order. */
export type StateDict = ReadonlyMap<string, StateTensor>;

/** How many elements a shape has; 1 for a scalar's `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A copy whose offset in its buffer suits any element type. */
function aligned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** IEEE 754 half precision to a number. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * A tensor's elements as single-precision numbers: a fresh copy, which is the caller's to change.
 * Whole numbers beyond 2²⁴ and doubles are rounded.
 */
export function toFloat32(tensor: StateTensor): Float32Array<ArrayBuffer> {
  const { buffer } = aligned(tensor.bytes);
  switch (tensor.type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer));
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case 'bfloat16': {
      // bfloat16 is the upper half of a float32.
      const wide = Uint32Array.from(new Uint16Array(buffer), (upper) => (upper << 16) >>> 0);
      return new Float32Array(wide.buffer);
    }
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'int32':
      return Float32Array.from(new Int32Array(buffer));
    case 'int16':
      return Float32Array.from(new Int16Array(buffer));
    case 'int8':
      return Float32Array.from(new Int8Array(buffer));
    case 'uint8':
    case 'bool':
      return Float32Array.from(new Uint8Array(buffer));
  }
}

/**
 * A tensor of single-precision numbers. The bytes are a view of `values`, not a copy.
 * @throws NnError SHAPE when the values do not fill the shape
 */
export function fromFloat32(values: Float32Array, shape: readonly number[]): StateTensor {
  if (values.length !== elementCount(shape)) {
    throw new NnError('SHAPE', `${values.length} values do not fill the shape [${shape.join(', ')}].`);
  }
  return { type: 'float32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
