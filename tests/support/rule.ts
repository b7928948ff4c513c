import { fromFloat32, type Declaration, type StateDict, type StateTensor } from '../../src/nn/index.ts';

/** `hashes` of tests/oracles/nn/rule.py: the whole number of 32 bits at a place. */
function ruleHash(place: number, seed: number): number {
  let h = Math.imul(place + 1 + seed * 7919, 2654435761) >>> 0;
  h = (h ^ (h >>> 15)) >>> 0;
  h = Math.imul(h, 2246822519) >>> 0;
  return (h ^ (h >>> 13)) >>> 0;
}

/** The numbers of tests/oracles/nn/rule.py: both sides compute them, so that no input needs to be recorded. */
export function ruleNumbers(count: number, seed: number, low = -1, high = 1): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = low + (high - low) * (ruleHash(i, seed) / 4294967296);
  return numbers;
}

/** `sketch`: numbers summed with random signs into a few buckets. Its length is on average that of the numbers, and so is that of a difference. */
export function ruleSketch(numbers: ArrayLike<number>, seed: number, buckets = 16): Float64Array {
  const sums = new Float64Array(buckets);
  for (let i = 0; i < numbers.length; i++) {
    const h = ruleHash(i, seed);
    const bucket = h % buckets;
    sums[bucket] = (sums[bucket] ?? 0) + ((h >>> 8) & 1 ? -1 : 1) * (numbers[i] ?? NaN);
  }
  return sums;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const ruleTensor = (shape: readonly number[], seed: number, low = -1, high = 1): Float32Array<ArrayBuffer> => ruleNumbers(sizeOf(shape), seed, low, high);

/** `seed_of`: FNV-1a of a parameter's name, 32 bits. */
export function ruleSeed(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** `weight`: a parameter or buffer by its name. */
export function ruleWeight(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const seed = ruleSeed(name);
  if (name.endsWith('running_var')) return ruleTensor(shape, seed, 0.5, 1.5);
  if (name.endsWith('running_mean')) return ruleTensor(shape, seed, -0.2, 0.2);
  if (shape.length > 1) {
    const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
    return ruleTensor(shape, seed, -bound, bound);
  }
  return name.endsWith('bias') ? ruleTensor(shape, seed, -0.1, 0.1) : ruleTensor(shape, seed, 0.5, 1.5);
}

/** `fill`: a network's whole state by the rule, counters at 0. */
export function ruleState(declared: readonly Declaration[]): StateDict {
  return new Map(declared.map(({ name, kind, shape }): [string, StateTensor] => [
    name,
    kind === 'counter' ? { type: 'int64', shape: [], bytes: new Uint8Array(8) } : fromFloat32(ruleWeight(name, shape), shape),
  ]));
}

/** Numbers as tests/oracles/nn/oracle.py packs them. */
export function unpack(text: string): Float32Array<ArrayBuffer> {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
