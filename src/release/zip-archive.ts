import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { RandomAccessReader, fromRandomAccessReaderPromise, type Entry } from 'yauzl';
import { CovidCtError } from '../base/index.ts';
import type { ByteSource } from './byte-source.ts';
import { cleanPath, tooLarge, tooManyFiles, treeLimits } from './file-tree.ts';

/** A file in a zip. */
export interface ZipEntry {
  readonly path: string;
  /** Uncompressed, as the archive declares; checked when it is read. */
  readonly size: number;
  readonly compressedSize: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Length of the local header's fixed part, name and extra field as the central directory has them: a first guess. */
  readonly headerLength: number;
}

/**
 * What is refused as a zip bomb. DEFLATE cannot exceed 1,032:1; tables and workbooks stay below 60:1, pictures near 1:1.
 */
export const zipLimits = {
  /** Uncompressed to compressed bytes of one file, once it is larger than `ratioFrom`. */
  ratio: 200,
  ratioFrom: 4 * 1024 * 1024,
  /** Uncompressed bytes of all files together. */
  totalBytes: 64 * 1024 * 1024 * 1024,
} as const;

const localHeaderLength = 30;
const windowLength = 1024 * 1024;

/** Serves yauzl's many small reads of the central directory from large windows, since each read of a file costs a thread hop. */
class WindowReader extends RandomAccessReader {
  readonly #source: ByteSource;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void): void {
    const from = position - this.#start;
    if (from >= 0 && from + length <= this.#window.length) {
      this.#window.copy(buffer, offset, from, from + length);
      callback(null);
      return;
    }
    const wanted = Math.max(length, Math.min(windowLength, this.#source.size - position));
    this.#source.read(position, wanted).then(
      (window) => {
        this.#start = position;
        this.#window = window;
        window.copy(buffer, offset, 0, length);
        callback(null);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

function badArchive(location: string, what: string, hint?: string, cause?: unknown): CovidCtError {
  return new CovidCtError('BAD_ARCHIVE', `${location}: ${what}.`, { hint: hint ?? 'The archive is damaged or was made to do harm; nothing of it was used.', cause });
}

/** yauzl's faults as ours. */
function translate(location: string, error: unknown): CovidCtError {
  if (error instanceof CovidCtError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/end of central directory record signature not found/i.test(message)) {
    return badArchive(location, 'this is no zip file, or its end is cut off', 'Fetch it again; a complete zip ends with its directory.', error);
  }
  if (/^(invalid relative path|absolute path)/.test(message)) return badArchive(location, `a name leads out of the archive (${message})`, undefined, error);
  if (/encrypt/.test(message)) return badArchive(location, 'it is encrypted', 'Unpack it with its password, and point --release at the folder.', error);
  return badArchive(location, message.replace(/\.$/, ''), undefined, error);
}

function checkKind(location: string, entry: Entry): void {
  const name = JSON.stringify(entry.fileName);
  if (entry.isEncrypted()) throw badArchive(location, `${name} is encrypted`, 'Unpack it with its password, and point --release at the folder.');
  // The upper half holds the Unix mode where the archive was made on Unix (3) or macOS (19): 0xA000 is a symbolic link.
  const kind = [3, 19].includes(entry.versionMadeBy >>> 8) ? (entry.externalFileAttributes >>> 16) & 0xf000 : 0;
  if (kind === 0xa000) throw badArchive(location, `${name} is a symbolic link`);
  if (kind !== 0 && kind !== 0x8000 && kind !== 0x4000) throw badArchive(location, `${name} is neither a file nor a folder`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw badArchive(location, `${name} is packed by method ${entry.compressionMethod}, which is not supported`, 'Pack it again as an ordinary zip (stored or deflated).');
  }
}

function checkSizes(location: string, entry: Entry, sourceSize: number): void {
  const { uncompressedSize: size, compressedSize, relativeOffsetOfLocalHeader: offset } = entry;
  const name = `${location}!${entry.fileName}`;
  if (![size, compressedSize, offset].every(Number.isSafeInteger) || offset + localHeaderLength + compressedSize > sourceSize) {
    throw badArchive(location, `${JSON.stringify(entry.fileName)} is said to stand beyond the end of the file`);
  }
  if (size > treeLimits.fileBytes) throw tooLarge(name, size);
  if (size > zipLimits.ratioFrom && size > compressedSize * zipLimits.ratio) {
    throw new CovidCtError('LIMIT_EXCEEDED', `${name} unpacks to ${Math.round(size / Math.max(1, compressedSize))} times its size, as zip bombs do; at most ${zipLimits.ratio} times is read.`);
  }
}

/** A zip bomb of Fifield's kind lets many entries share the same bytes. */
function checkOverlap(location: string, entries: readonly ZipEntry[]): void {
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const entry of inOrder) {
    if (entry.offset < end) throw badArchive(location, `${JSON.stringify(entry.path)} overlaps another entry, as in a zip bomb`);
    end = entry.offset + localHeaderLength + entry.compressedSize;
  }
}

/** A zip, its directory read and checked, its files read when asked for. */
export interface ZipArchive {
  readonly entries: readonly ZipEntry[];
  /**
   * The file's bytes, with length and CRC-32 checked.
   * @throws CovidCtError BAD_ARCHIVE where they differ from what the directory declares
   */
  read(entry: ZipEntry): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * Reads a zip's directory (zip64 too) and checks every entry before any is used: names that lead out, absolute names,
 * symbolic links, encryption, duplicates, overlaps, sizes and ratios. Closes the source when it refuses.
 * @param location the archive's name, for messages
 * @throws CovidCtError BAD_ARCHIVE or LIMIT_EXCEEDED
 */
export async function openZipArchive(source: ByteSource, location: string): Promise<ZipArchive> {
  try {
    const entries = await readDirectory(source, location);
    return { entries, read: (entry) => readEntry(source, location, entry), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw translate(location, error);
  }
}

async function readDirectory(source: ByteSource, location: string): Promise<readonly ZipEntry[]> {
  const zip = await fromRandomAccessReaderPromise(new WindowReader(source), source.size, { lazyEntries: true, autoClose: false });
  if (zip.entryCount > treeLimits.entries) throw tooManyFiles(location);
  const byPath = new Map<string, ZipEntry>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    checkKind(location, entry);
    const cleaned = cleanPath(entry.fileName);
    if ('refused' in cleaned) throw badArchive(location, `the name ${JSON.stringify(entry.fileName)} is refused: ${cleaned.refused}`);
    checkSizes(location, entry, source.size);
    if (entry.fileName.endsWith('/') || cleaned.path === '') continue;
    if (byPath.has(cleaned.path)) throw badArchive(location, `${JSON.stringify(cleaned.path)} is in it twice`);
    total += entry.uncompressedSize;
    if (total > zipLimits.totalBytes) throw new CovidCtError('LIMIT_EXCEEDED', `${location} unpacks to more than ${zipLimits.totalBytes.toLocaleString('en')} bytes.`);
    byPath.set(cleaned.path, {
      path: cleaned.path,
      size: entry.uncompressedSize,
      compressedSize: entry.compressedSize,
      method: entry.compressionMethod,
      crc32: entry.crc32,
      offset: entry.relativeOffsetOfLocalHeader,
      headerLength: localHeaderLength + entry.fileNameLength + entry.extraFieldLength,
    });
  }
  const entries = [...byPath.values()];
  checkOverlap(location, entries);
  return entries;
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);

async function readEntry(source: ByteSource, location: string, entry: ZipEntry): Promise<Buffer> {
  const packed = await readPacked(source, location, entry);
  let bytes = packed;
  if (entry.method === 8) {
    try {
      // The declared size bounds the output, so that a lie in the directory cannot fill the memory.
      bytes = await inflate(packed, { maxOutputLength: Math.max(1, entry.size) });
    } catch (error) {
      throw badArchive(`${location}!${entry.path}`, 'it cannot be unpacked, or is larger than the directory says', undefined, error);
    }
  }
  if (bytes.length !== entry.size) throw badArchive(`${location}!${entry.path}`, `it has ${bytes.length} bytes, and the directory says ${entry.size}`);
  if (crc32(bytes) !== entry.crc32) throw badArchive(`${location}!${entry.path}`, 'its checksum differs from the one in the directory', 'The archive is damaged: fetch it again.');
  return bytes;
}

/** The entry's packed bytes: one read where the local header is as long as the directory lets expect, else two. */
async function readPacked(source: ByteSource, location: string, entry: ZipEntry): Promise<Buffer> {
  const guess = Math.min(entry.headerLength + entry.compressedSize, source.size - entry.offset);
  const block = await source.read(entry.offset, guess);
  if (block.length < localHeaderLength || block.readUInt32LE(0) !== 0x04034b50) throw badArchive(`${location}!${entry.path}`, 'its local header is missing');
  const start = localHeaderLength + block.readUInt16LE(26) + block.readUInt16LE(28);
  if (start + entry.compressedSize <= block.length) return block.subarray(start, start + entry.compressedSize);
  return source.read(entry.offset + start, entry.compressedSize);
}
