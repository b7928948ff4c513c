import { crc32 } from 'node:zlib';
import type { StateDict } from '../../../src/nn/index.ts';

/**
 * Writes a state dict as `torch.save` does, in both forms, so that tests need no PyTorch: protocol 2, as Python's pickler puts it
 * (`torch.load` of PyTorch 2.15 reads both).
 */

const storageNames: Readonly<Record<string, string>> = { float32: 'FloatStorage', float64: 'DoubleStorage', float16: 'HalfStorage', int64: 'LongStorage', uint8: 'ByteStorage' };
const elementBytes: Readonly<Record<string, number>> = { float32: 4, float64: 8, float16: 2, int64: 8, uint8: 1 };

/** What a byte of a pickle is: an opcode or a length, which must not change unnoticed; or what an opcode is given. */
export type ByteKind = 'header' | 'argument';

/** Python's pickler, as far as state dicts need it. */
class Pickler {
  readonly bytes: number[] = [];
  readonly kinds: ByteKind[] = [];
  readonly #memo = new Map<string, number>();
  #count = 0;

  #put(kind: ByteKind, ...values: readonly number[]): void {
    for (const value of values) {
      this.bytes.push(value);
      this.kinds.push(kind);
    }
  }

  opcode(...values: readonly number[]): void {
    this.#put('header', ...values);
  }

  #remember(): void {
    const index = this.#count++;
    if (index < 256) this.opcode(0x71, index);
    else this.opcode(0x72, ...littleEndian(index, 4));
  }

  /** What was written before is only referred to. */
  #once(key: string, write: () => void): void {
    const known = this.#memo.get(key);
    if (known === undefined) {
      write();
      this.#memo.set(key, this.#count);
      this.#remember();
    } else if (known < 256) this.opcode(0x68, known);
    else this.opcode(0x6a, ...littleEndian(known, 4));
  }

  text(value: string): void {
    const encoded = Buffer.from(value);
    this.#once(`text ${value}`, () => {
      this.opcode(0x58, ...littleEndian(encoded.length, 4));
      this.#put('argument', ...encoded);
    });
  }

  global(module: string, name: string): void {
    this.#once(`global ${module} ${name}`, () => {
      this.opcode(0x63);
      this.#put('argument', ...Buffer.from(`${module}\n${name}\n`));
    });
  }

  integer(value: number): void {
    if (value < 256) this.opcode(0x4b);
    else this.opcode(value < 65536 ? 0x4d : 0x4a);
    this.#put('argument', ...littleEndian(value, value < 256 ? 1 : value < 65536 ? 2 : 4));
  }

  tuple(length: number, write: () => void): void {
    if (length > 3) this.opcode(0x28);
    write();
    if (length === 0) this.opcode(0x29);
    else {
      this.opcode(length > 3 ? 0x74 : 0x84 + length);
      this.#remember();
    }
  }

  integers(values: readonly number[]): void {
    this.tuple(values.length, () => values.forEach((value) => this.integer(value)));
  }

  /** An empty ordered dictionary. */
  ordered(): void {
    this.global('collections', 'OrderedDict');
    this.opcode(0x29, 0x52);
    this.#remember();
  }

  /** An empty dictionary or list. */
  empty(opcode: 0x7d | 0x5d): void {
    this.opcode(opcode);
    this.#remember();
  }

  reduced(): void {
    this.opcode(0x52);
    this.#remember();
  }
}

function littleEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

/** A whole pickle: what it begins and ends with, around its value. */
function pickle(write: (pickler: Pickler) => void): Pickler {
  const pickler = new Pickler();
  pickler.opcode(0x80, 2);
  write(pickler);
  pickler.opcode(0x2e);
  return pickler;
}

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

function writeState(pickler: Pickler, state: StateDict, keys: ReadonlyMap<string, string>, legacy: boolean): void {
  pickler.ordered();
  pickler.opcode(0x28);
  for (const [name, { type, shape, bytes }] of state) {
    pickler.text(name);
    pickler.global('torch._utils', '_rebuild_tensor_v2');
    pickler.tuple(6, () => {
      pickler.tuple(legacy ? 6 : 5, () => {
        pickler.text('storage');
        pickler.global('torch', storageNames[type] ?? '');
        pickler.text(keys.get(name) ?? '');
        pickler.text('cpu');
        pickler.integer(bytes.length / (elementBytes[type] ?? 1));
        if (legacy) pickler.opcode(0x4e);
      });
      pickler.opcode(0x51);
      pickler.integer(0);
      pickler.integers(shape);
      pickler.integers(stridesOf(shape));
      pickler.opcode(0x89);
      pickler.ordered();
    });
    pickler.reduced();
  }
  pickler.opcode(0x75);
}

/** A file, and what may not change in it unnoticed. */
export interface WrittenFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Positions of headers, lengths and opcodes. */
  readonly header: readonly number[];
}

interface Part {
  readonly bytes: ArrayLike<number>;
  readonly header: (index: number) => boolean;
}

function joined(parts: readonly Part[]): WrittenFile {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
  const header: number[] = [];
  let position = 0;
  for (const part of parts) {
    bytes.set(Uint8Array.from(part.bytes), position);
    for (let i = 0; i < part.bytes.length; i++) if (part.header(i)) header.push(position + i);
    position += part.bytes.length;
  }
  return { bytes, header };
}

/** The form of `torch.save` before 1.6: five pickles, then each storage with its length. At least two tensors, and no two of one name. */
export function writeLegacyTorch(state: StateDict): WrittenFile {
  const keys = new Map([...state.keys()].map((name, i) => [name, String(94_000_000_000_000 + i * 4096)]));
  const magic = pickle((pickler) => pickler.opcode(0x8a, 10, ...littleEndianBig(0x1950a86a20f9469cfc6cn, 10)));
  const protocol = pickle((pickler) => pickler.opcode(0x4d, ...littleEndian(1001, 2)));
  const system = pickle((pickler) => {
    pickler.empty(0x7d);
    pickler.opcode(0x28);
    pickler.text('protocol_version');
    pickler.integer(1001);
    pickler.text('little_endian');
    pickler.opcode(0x88);
    pickler.text('type_sizes');
    pickler.empty(0x7d);
    pickler.opcode(0x28);
    for (const [name, size] of [['short', 2], ['int', 4], ['long', 4]] as const) {
      pickler.text(name);
      pickler.integer(size);
    }
    pickler.opcode(0x75, 0x75);
  });
  const object = pickle((pickler) => writeState(pickler, state, keys, true));
  const list = pickle((pickler) => {
    pickler.empty(0x5d);
    pickler.opcode(0x28);
    for (const key of keys.values()) pickler.text(key);
    pickler.opcode(0x65);
  });
  const pickles = [magic, protocol, system, object, list].map(({ bytes, kinds }): Part => ({ bytes, header: (i) => kinds[i] === 'header' }));
  const storages = [...state.values()].flatMap(({ type, bytes }): Part[] => [
    { bytes: littleEndian(bytes.length / (elementBytes[type] ?? 1), 8), header: () => true },
    { bytes, header: () => false },
  ]);
  return joined([...pickles, ...storages]);
}

function littleEndianBig(value: bigint, length: number): number[] {
  return Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** Today's form: a zip of stored entries, each aligned to 64 bytes by padding, its sizes behind it. */
export function writeZipTorch(state: StateDict): WrittenFile {
  const keys = new Map([...state.keys()].map((name, i) => [name, String(i)]));
  const { bytes: object } = pickle((pickler) => writeState(pickler, state, keys, false));
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['state/data.pkl', Uint8Array.from(object)],
    ['state/byteorder', Buffer.from('little')],
    ...[...state].map(([name, { bytes }]): [string, Uint8Array] => [`state/data/${keys.get(name)}`, bytes]),
    ['state/version', Buffer.from('3\n')],
  ];
  const parts: Part[] = [];
  const central: number[] = [];
  let position = 0;
  const put = (bytes: ArrayLike<number>, isHeader: boolean) => {
    parts.push({ bytes, header: () => isHeader });
    position += bytes.length;
  };
  for (const [name, bytes] of files) {
    const [offset, sum, encoded] = [position, crc32(bytes), Buffer.from(name)];
    const described = [...littleEndian(sum, 4), ...littleEndian(bytes.length, 4), ...littleEndian(bytes.length, 4)];
    const padding = 64 - ((position + 30 + encoded.length + 4) % 64);
    put([...littleEndian(0x04034b50, 4), 0, 0, 8, 8, ...littleEndian(0, 18), ...littleEndian(encoded.length, 2), ...littleEndian(4 + padding, 2), ...encoded, 0x46, 0x42, ...littleEndian(padding, 2), ...Array.from({ length: padding }, () => 0x5a)], true);
    put(bytes, !name.includes('/data/'));
    put([...littleEndian(0x08074b50, 4), ...described], true);
    central.push(...littleEndian(0x02014b50, 4), 0, 0, 0, 0, 8, 8, ...littleEndian(0, 6), ...described, ...littleEndian(encoded.length, 2), ...littleEndian(0, 12), ...littleEndian(offset, 4), ...encoded);
  }
  const [directory, count] = [position, files.length];
  put(central, true);
  const end64 = position;
  put([...littleEndian(0x06064b50, 4), ...littleEndian(44, 8), 0x1e, 3, 45, 0, ...littleEndian(0, 8), ...[count, count, central.length, directory].flatMap((value) => littleEndian(value, 8))], true);
  put([...littleEndian(0x07064b50, 4), ...littleEndian(0, 4), ...littleEndian(end64, 8), 1, 0, 0, 0], true);
  put([...littleEndian(0x06054b50, 4), 0, 0, 0, 0, ...littleEndian(count, 2), ...littleEndian(count, 2), ...littleEndian(central.length, 4), ...littleEndian(directory, 4), 0, 0], true);
  return joined(parts);
}
