/** The parts of the codecs that are used here; the packages bring no types. */
interface EmscriptenDecoder {
  /** Room for the coded bytes in the module's memory. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

interface EmscriptenOptions {
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const open: (options: EmscriptenOptions) => Promise<{ readonly J2KDecoder: new () => EmscriptenDecoder }>;
  export default open;
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const open: (options: EmscriptenOptions) => Promise<{ readonly JpegLSDecoder: new () => EmscriptenDecoder }>;
  export default open;
}

/** With the encoder, for tests. */
declare module '@cornerstonejs/codec-charls/wasmjs' {
  interface EmscriptenEncoder {
    /** Room for the samples in the module's memory. */
    getDecodedBuffer(frame: { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number }): Uint8Array;
    encode(): void;
    getEncodedBuffer(): Uint8Array;
    delete(): void;
  }
  const open: (options: EmscriptenOptions) => Promise<{ readonly JpegLSEncoder: new () => EmscriptenEncoder }>;
  export default open;
}

declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    decompress(coded: ArrayBuffer): ArrayBuffer;
  }
}
