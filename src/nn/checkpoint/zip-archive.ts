/**
 * The zip archives that `torch.save` writes: entries stored, one behind another, nothing between them. A zip says most things
 * twice (before each entry, behind it, and in the directory at its end), and readers believe one of the places. Here they must agree, so
 * that damage to any of them is noticed, and entries are views of the file, so that it is not held twice.
 * Source: PKWARE's APPNOTE.TXT 6.3.10 (4.3.7 local header, 4.3.9 descriptor, 4.3.12 directory, 4.3.14 to 4.3.16 its end).
 */
import { crc32 } from 'node:zlib';
import { NnError } from '../errors.ts';

const signatures = { local: 0x04034b50, descriptor: 0x08074b50, central: 0x02014b50, end64: 0x06064b50, locator64: 0x07064b50, end: 0x06054b50 } as const;
const sizes = { local: 30, descriptor: 16, central: 46, end64: 56, locator64: 20, end: 22 } as const;
const saturated = 0xffff_ffff;

/** Fields that the directory has of an entry. */
interface Entry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** Fields that all entries of one writer share, as one text. */
  readonly common: string;
  readonly needed: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

function bad(place: string, what: string): NnError {
  return new NnError('BAD_CHECKPOINT', `The PyTorch file is damaged at ${place}: ${what}.`, { hint: 'Get the file again and compare its SHA-256.' });
}

/** A view of some bytes. @throws NnError BAD_CHECKPOINT when they are beyond the file's end, or do not begin with the signature */
function record(file: Uint8Array, kind: keyof typeof signatures, at: number): DataView {
  if (at < 0 || at + sizes[kind] > file.length) throw bad(`byte ${at}`, `a record of the archive (${kind}) is beyond the end`);
  const view = new DataView(file.buffer, file.byteOffset + at, sizes[kind]);
  if (view.getUint32(0, true) !== signatures[kind]) throw bad(`byte ${at}`, `a record of the archive (${kind}) does not stand where it should`);
  return view;
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** What stands at the end: where the directory is, up to where its own end records begin. */
function readEnd(file: Uint8Array): Directory {
  const at = file.length - sizes.end;
  const end = record(file, 'end', at);
  const [disk, directoryDisk, here, count, comment] = [4, 6, 8, 10, 20].map((place) => end.getUint16(place, true));
  const [size, offset] = [end.getUint32(12, true), end.getUint32(16, true)];
  if (disk !== 0 || directoryDisk !== 0 || here !== count || count === undefined || comment !== 0) throw bad(`byte ${at}`, 'the end of the archive contradicts itself');
  const directory = { count, size, offset };
  if (offset + size === at) return directory;
  // Writers that think of large files add the same fields with 64 bits.
  const locatorAt = at - sizes.locator64;
  const locator = record(file, 'locator64', locatorAt);
  const end64At = locatorAt - sizes.end64;
  const end64 = record(file, 'end64', end64At);
  const long = (view: DataView, place: number): number => Number(view.getBigUint64(place, true));
  const fits =
    locator.getUint32(4, true) === 0 && long(locator, 8) === end64At && locator.getUint32(16, true) === 1 && long(end64, 4) === sizes.end64 - 12 &&
    // PyTorch's writer and Python's say these of themselves.
    [0x031e, 45].includes(end64.getUint16(12, true)) && end64.getUint16(14, true) === 45 &&
    end64.getUint32(16, true) === 0 && end64.getUint32(20, true) === 0 && long(end64, 24) === count && long(end64, 32) === count && long(end64, 40) === size && long(end64, 48) === offset;
  if (!fits || offset + size !== end64At) throw bad(`byte ${end64At}`, 'the end of the archive contradicts itself, or is that of a file above 4 GB');
  return directory;
}

/** Blocks of an extra field: PyTorch's padding `FB`, of Zs, and nothing else. */
function checkExtra(extra: Uint8Array, place: string): void {
  if (extra.length === 0) return;
  const padding = extra.length >= 4 && extra[0] === 0x46 && extra[1] === 0x42 && (extra[2] ?? 0) + 256 * (extra[3] ?? 0) === extra.length - 4;
  if (!padding || !extra.subarray(4).every((byte) => byte === 0x5a)) throw bad(place, 'its extra field is not the padding that torch.save writes');
}

function readDirectory(file: Uint8Array, { count, size, offset }: Directory): readonly Entry[] {
  const entries: Entry[] = [];
  let at = offset;
  for (let i = 0; i < count; i++) {
    const place = `entry ${i} of the archive's directory`;
    const view = record(file, 'central', at);
    const short = (field: number): number => view.getUint16(field, true);
    const long = (field: number): number => view.getUint32(field, true);
    const [nameLength, extraLength, commentLength] = [short(28), short(30), short(32)];
    const next = at + sizes.central + nameLength + extraLength + commentLength;
    if (next > offset + size) throw bad(place, 'it is longer than the directory');
    const nameBytes = file.subarray(at + sizes.central, at + sizes.central + nameLength);
    const name = new TextDecoder().decode(nameBytes);
    checkExtra(file.subarray(at + sizes.central + nameLength, next - commentLength), place);
    if (short(34) !== 0 || commentLength !== 0 || long(20) !== long(24)) throw bad(place, `${name} is split, commented or compressed`);
    const common = [short(4), short(6), short(10), short(36), long(38)].join(' ');
    entries.push({ name, nameBytes, common, needed: short(6), flags: short(8), method: short(10), time: long(12), crc: long(16), size: long(24), offset: long(42) });
    at = next;
  }
  if (at !== offset + size) throw bad("the archive's directory", `${offset + size - at} of its bytes belong to no entry`);
  return entries;
}

/** An entry's bytes, and where the next one begins; what stands before and behind them must agree with the directory. */
function readEntry(file: Uint8Array, entry: Entry, begin: number): { readonly bytes: Uint8Array; readonly end: number } {
  const place = `entry ${entry.name}`;
  const view = record(file, 'local', begin);
  const [nameLength, extraLength] = [view.getUint16(26, true), view.getUint16(28, true)];
  const hasDescriptor = (entry.flags & 8) !== 0;
  const numbers = hasDescriptor ? [0, 0, 0] : [entry.crc, entry.size, entry.size];
  const agrees =
    entry.offset === begin && view.getUint16(4, true) === entry.needed && view.getUint16(6, true) === entry.flags && view.getUint16(8, true) === entry.method && view.getUint32(10, true) === entry.time &&
    numbers.every((value, i) => view.getUint32(14 + 4 * i, true) === value);
  const nameAt = begin + sizes.local;
  const dataAt = nameAt + nameLength + extraLength;
  const end = dataAt + entry.size + (hasDescriptor ? sizes.descriptor : 0);
  if (entry.size === saturated || end > file.length) throw bad(place, 'it is beyond the end');
  if (!agrees || nameLength !== entry.nameBytes.length || !entry.nameBytes.every((byte, i) => file[nameAt + i] === byte)) throw bad(place, 'the archive describes it in two ways');
  checkExtra(file.subarray(nameAt + nameLength, dataAt), place);
  if (hasDescriptor) {
    const behind = record(file, 'descriptor', dataAt + entry.size);
    if (behind.getUint32(4, true) !== entry.crc || behind.getUint32(8, true) !== entry.size || behind.getUint32(12, true) !== entry.size) throw bad(place, 'the archive describes it in two ways');
  }
  const bytes = file.subarray(dataAt, dataAt + entry.size);
  if (crc32(bytes) !== entry.crc) throw bad(place, 'its checksum differs');
  return { bytes, end };
}

/**
 * Every entry of an archive, by name: views of `file`. CRC-32s are checked.
 * @throws NnError BAD_CHECKPOINT naming the place; UNSUPPORTED for a compressed archive, which `torch.save` does not write
 */
export function readZipArchive(file: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const directory = readEnd(file);
  const entries = readDirectory(file, directory);
  const [first] = entries;
  if (first !== undefined && first.method !== 0 && entries.every(({ method }) => method === first.method)) {
    throw new NnError('UNSUPPORTED', 'The PyTorch file is a compressed archive, which torch.save does not write.', { hint: 'Load it with torch.load and save it again.' });
  }
  const found = new Map<string, Uint8Array>();
  let position = 0;
  for (const entry of entries) {
    if (entry.common !== first?.common || entry.method !== 0 || (entry.flags & ~0x0808) !== 0) throw bad(`entry ${entry.name}`, 'it is described otherwise than the others');
    if (found.has(entry.name)) throw bad(`entry ${entry.name}`, 'it is there twice');
    const { bytes, end } = readEntry(file, entry, position);
    found.set(entry.name, bytes);
    position = end;
  }
  if (position !== directory.offset) throw bad(`byte ${position}`, `${directory.offset - position} bytes belong to no entry`);
  return found;
}
