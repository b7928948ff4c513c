import { open } from 'node:fs/promises';
import { CovidCtError } from '../base/index.ts';

/** Bytes that can be read from any place: a file on disk, or a buffer. */
export interface ByteSource {
  readonly size: number;
  /**
   * Exactly `length` bytes from `position`; concurrent calls are fine.
   * @throws CovidCtError BAD_ARCHIVE where the source ends before
   */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

function endsEarly(location: string, position: number, length: number, size: number): CovidCtError {
  return new CovidCtError('BAD_ARCHIVE', `${location} ends early: bytes ${position} to ${position + length} are wanted, and it has ${size}.`, {
    hint: 'The file is truncated or damaged: fetch it again.',
  });
}

/** A file on disk, held open until `close`. */
export async function openFileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  let closed = false;
  return {
    size,
    async read(position, length) {
      if (position < 0 || position + length > size) throw endsEarly(path, position, length, size);
      const buffer = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
        if (bytesRead === 0) throw endsEarly(path, position, length, position + done);
        done += bytesRead;
      }
      return buffer;
    },
    async close() {
      if (closed) return;
      closed = true;
      await handle.close();
    },
  };
}

/** Bytes in memory; what is read is a view on them, not a copy. */
export function memorySource(bytes: Uint8Array, location: string): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    async read(position, length) {
      if (position < 0 || position + length > buffer.length) throw endsEarly(location, position, length, buffer.length);
      return buffer.subarray(position, position + length);
    },
    async close() {},
  };
}
