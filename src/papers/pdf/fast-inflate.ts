import { brotliDecompressSync, inflateSync } from 'node:zlib';

/** More bytes than pixels are decoded: see the reader's limit on pictures. */
const most = 1 << 30;

/** The part of a DecompressionStream that pdf.js uses: all bytes are written at once, and read from start to end. */
class WholeDecompression {
  readonly readable: AsyncIterable<Uint8Array>;
  readonly writable: { getWriter(): { readonly ready: Promise<void>; write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };

  constructor(format: string) {
    let give: (bytes: Uint8Array) => void = () => {};
    const given = new Promise<Uint8Array>((resolve) => {
      give = resolve;
    });
    const ready = Promise.resolve();
    this.writable = { getWriter: () => ({ ready, write: (bytes) => (give(bytes), ready), close: () => ready }) };
    this.readable = {
      async *[Symbol.asyncIterator]() {
        const bytes = await given;
        // What is damaged or cut off throws, as a stream does: pdf.js then takes what its own decoder makes of it.
        yield format === 'brotli' ? brotliDecompressSync(bytes, { maxOutputLength: most }) : inflateSync(bytes, { maxOutputLength: most });
      },
    };
  }
}

/**
 * Makes pdf.js inflate pictures in one call instead of by streams, whose promises and threads take several times as long
 * as inflating. It changes a global: only a process that does nothing but read papers calls it.
 */
export function inflateAtOnce(): void {
  Object.assign(globalThis, { DecompressionStream: WholeDecompression });
}
