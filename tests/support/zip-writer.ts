import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a zip, with whatever lies a test wants of it. */
export interface ZipItem {
  readonly name: string;
  readonly data: Uint8Array;
  /** 0 stored (default), 8 deflated. */
  readonly method?: 0 | 8;
  /** Unix mode, e.g. 0o120777 for a symbolic link. */
  readonly mode?: number;
  /** General purpose flags; bit 0 is encryption. */
  readonly flags?: number;
  /** Uncompressed size to declare, in place of the true one. */
  readonly declaredSize?: number;
  /** Checksum to declare, in place of the true one. */
  readonly declaredCrc?: number;
  /** Points the directory at the local header of an earlier item (its number), as overlapping bombs do. */
  readonly sharedWith?: number;
}

function header(signature: number, item: ZipItem, packed: number, central: boolean, offset: number): Buffer {
  const name = Buffer.from(item.name, 'utf8');
  const fixed = Buffer.alloc(central ? 46 : 30);
  let at = 0;
  const u16 = (value: number): void => void (at = fixed.writeUInt16LE(value, at));
  const u32 = (value: number): void => void (at = fixed.writeUInt32LE(value >>> 0, at));
  u32(signature);
  // Made on Unix (3), by version 2.0 of the format: only so does the mode count.
  if (central) u16((3 << 8) | 20);
  u16(20);
  u16((item.flags ?? 0) | 0x800);
  u16(item.method ?? 0);
  u32(0x5c21_0000);
  u32(item.declaredCrc ?? crc32(item.data));
  u32(packed);
  u32(item.declaredSize ?? item.data.length);
  u16(name.length);
  u16(0);
  if (central) {
    u16(0);
    u16(0);
    u16(0);
    u32((item.mode ?? 0o100644) << 16);
    u32(offset);
  }
  return Buffer.concat([fixed, name]);
}

/** An item's bytes as they stand in the zip; an encrypted one has 12 bytes before them (section 6.1.5). */
function pack(item: ZipItem): Buffer {
  const packed = item.method === 8 ? deflateRawSync(item.data, { level: 9 }) : Buffer.from(item.data);
  return ((item.flags ?? 0) & 1) === 1 ? Buffer.concat([Buffer.alloc(12, 0x5a), packed]) : packed;
}

/** Writes a zip by the letter of the format (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16), lies included. */
export function writeZip(items: readonly ZipItem[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  const bodies: Buffer[] = [];
  let at = 0;
  for (const item of items) {
    const body = (item.sharedWith === undefined ? undefined : bodies[item.sharedWith]) ?? pack(item);
    bodies.push(body);
    const offset = item.sharedWith === undefined ? at : (offsets[item.sharedWith] ?? 0);
    offsets.push(offset);
    if (item.sharedWith === undefined) {
      const local = header(0x04034b50, item, body.length, false, 0);
      parts.push(local, body);
      at += local.length + body.length;
    }
    directory.push(header(0x02014b50, item, body.length, true, offset));
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
