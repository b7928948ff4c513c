import type { Random } from '../../../src/base/index.ts';
import type { WrittenFile } from './torch-writer.ts';

/** A file with something wrong in it. */
export interface Mutation {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What was done where, so that a failure can be made again. */
  readonly what: string;
  /** Whether a byte of a header, a length or an opcode was changed, and nothing else: such a file must be refused. */
  readonly targeted: boolean;
}

/** A whole number from 0 to `count − 1`. */
const below = (random: Random, count: number): number => random.integer(0, count - 1);

function replaced(bytes: Uint8Array<ArrayBuffer>, at: number, removed: number, inserted: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length - removed + inserted.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(bytes.subarray(at + removed), at + inserted.length);
  return result;
}

type Mutator = (bytes: Uint8Array<ArrayBuffer>, random: Random) => readonly [Uint8Array<ArrayBuffer>, string];

const anywhere: readonly Mutator[] = [
  (bytes, random) => {
    const [at, bit] = [below(random, bytes.length), below(random, 8)];
    return [bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit)), `bit ${bit} of byte ${at} flipped`];
  },
  (bytes, random) => {
    const [at, value] = [below(random, bytes.length), below(random, 256)];
    return [bytes.with(at, value), `byte ${at} set to ${value}`];
  },
  (bytes, random) => {
    const length = below(random, bytes.length);
    return [bytes.slice(0, length), `cut to ${length} bytes`];
  },
  (bytes, random) => {
    const [at, length] = [below(random, bytes.length), 1 + below(random, 64)];
    return [replaced(bytes, at, Math.min(length, bytes.length - at), new Uint8Array()), `${length} bytes taken out at ${at}`];
  },
  (bytes, random) => {
    const [at, length] = [below(random, bytes.length + 1), 1 + below(random, 64)];
    return [replaced(bytes, at, 0, Uint8Array.from({ length }, () => below(random, 256))), `${length} bytes put in at ${at}`];
  },
  (bytes, random) => {
    const [at, length] = [below(random, bytes.length), 1 + below(random, 64)];
    return [replaced(bytes, at, 0, bytes.slice(at, at + length)), `${length} bytes doubled at ${at}`];
  },
  (bytes, random) => {
    const [at, length, value] = [below(random, bytes.length), 2 + below(random, 15), below(random, 2) * 255];
    return [bytes.map((byte, i) => (i >= at && i < at + length ? value : byte)), `${length} bytes set to ${value} at ${at}`];
  },
];

/** A file that differs from the one given: every other time in one byte of its headers, else in any way anywhere. */
export function mutate({ bytes, header }: WrittenFile, random: Random): Mutation {
  const targeted = header.length > 0 && below(random, 2) === 0;
  for (;;) {
    if (targeted) {
      const at = header[below(random, header.length)] ?? 0;
      const value = below(random, 2) === 0 ? (bytes[at] ?? 0) ^ (1 << below(random, 8)) : below(random, 256);
      if (value !== bytes[at]) return { bytes: bytes.with(at, value), what: `byte ${at}, of a header, a length or an opcode, set to ${value}`, targeted };
    } else {
      const [changed, what] = (anywhere[below(random, anywhere.length)] ?? (() => [bytes, 'nothing'] as const))(bytes, random);
      if (Buffer.compare(changed, bytes) !== 0) return { bytes: changed, what, targeted };
    }
  }
}
