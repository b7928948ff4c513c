import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a hand-made zip; what is given here may lie, since that is what the tests are about. */
export interface RawZipEntry {
  readonly name: string;
  readonly content: Uint8Array | string;
  readonly method?: 0 | 8 | 12;
  readonly flags?: number;
  /** Unix mode, in the upper half of the external attributes: 0o120777 is a symbolic link. */
  readonly mode?: number;
  readonly declaredSize?: number;
  readonly declaredCrc?: number;
  /** Another offset than where the entry really stands. */
  readonly offset?: number;
  /** Sizes and offset in a zip64 extra field. */
  readonly zip64?: boolean;
}

/** A zip made byte by byte, as no honest packer would make it. */
export function rawZip(entries: readonly RawZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const method = entry.method ?? 0;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const name = Buffer.from(entry.name);
    const size = entry.declaredSize ?? content.length;
    const crc = entry.declaredCrc ?? crc32(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(entry.flags ?? 0x800, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(name.length, 26);

    const extra = entry.zip64 === true ? Buffer.alloc(28) : Buffer.alloc(0);
    if (entry.zip64 === true) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(size), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
      extra.writeBigUInt64LE(BigInt(entry.offset ?? position), 20);
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE((3 << 8) | 45, 4);
    central.writeUInt16LE(45, 6);
    central.writeUInt16LE(entry.flags ?? 0x800, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(entry.zip64 === true ? 0xffffffff : packed.length, 20);
    central.writeUInt32LE(entry.zip64 === true ? 0xffffffff : size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(entry.zip64 === true ? 0xffffffff : (entry.offset ?? position), 42);
    directory.push(central, name, extra);
    parts.push(local, name, packed);
    position += local.length + name.length + packed.length;
  }
  const directoryLength = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directoryLength, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
