import { PDFiumModule } from '@hyzyla/pdfium';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * PDFium compiled to WebAssembly, function by function: the package's own classes show neither boxes nor fonts. Pointers
 * and handles are plain numbers; whoever allocates frees.
 */
export interface Pdfium {
  /** Calls a function of PDFium's C interface (fpdfview.h and its siblings). @throws RangeError where there is none of that name */
  call(name: string, ...values: readonly number[]): number;
  /** Runs with a block of memory that is freed afterwards. @param size in bytes */
  withBlock<T>(size: number, run: (pointer: number) => T): T;
  /** The memory as it stands: to be asked for anew after every call, which may have moved it. */
  memory(): DataView;
  bytes(pointer: number, size: number): Uint8Array;
  /** @throws RangeError where there is no memory left */
  allocate(bytes: Uint8Array): number;
  free(pointer: number): void;
  /** False once it has trapped: its memory may be in any state, and nothing more is asked of it. */
  isSound(): boolean;
}

let loading: Promise<Pdfium> | undefined;

/** PDFium, loaded once a process, and anew after a file has made it trap. */
export async function loadPdfium(): Promise<Pdfium> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Pdfium> {
  const binary = await readFile(fileURLToPath(import.meta.resolve('@hyzyla/pdfium/pdfium.wasm')));
  const module = await PDFiumModule({ wasmBinary: Uint8Array.from(binary).buffer, locateFile: () => '' });
  const functions = new Map<string, (...values: readonly number[]) => number>();
  const functionOf = (name: string): ((...values: readonly number[]) => number) => {
    const known = functions.get(name);
    if (known !== undefined) return known;
    const found: unknown = Reflect.get(module, `_${name}`);
    if (typeof found !== 'function') throw new RangeError(`PDFium has no function ${name}`);
    const wrapped = (...values: readonly number[]): number => Number(Reflect.apply(found, module, values));
    functions.set(name, wrapped);
    return wrapped;
  };
  functionOf('FPDF_InitLibrary')();
  let sound = true;
  const reserve = (size: number): number => {
    const pointer = sound ? module.wasmExports.malloc(size) : 0;
    if (pointer === 0) throw new RangeError(`PDFium has no ${size} bytes of memory`);
    return pointer;
  };
  const free = (pointer: number): void => {
    if (sound) module.wasmExports.free(pointer);
  };
  return {
    call: (name, ...values) => {
      if (!sound) throw new RangeError('PDFium has trapped before');
      try {
        return functionOf(name)(...values);
      } catch (error) {
        // WebAssembly.RuntimeError: out of bounds, stack overflow, abort.
        if (error instanceof Error && error.name === 'RuntimeError') {
          sound = false;
          loading = undefined;
          throw new RangeError('PDFium trapped', { cause: error });
        }
        throw error;
      }
    },
    withBlock: (size, run) => {
      const pointer = reserve(size);
      try {
        return run(pointer);
      } finally {
        free(pointer);
      }
    },
    memory: () => new DataView(module.HEAPU8.buffer),
    bytes: (pointer, size) => module.HEAPU8.subarray(pointer, pointer + size),
    allocate: (bytes) => {
      const pointer = reserve(bytes.length);
      module.HEAPU8.set(bytes, pointer);
      return pointer;
    },
    free,
    isSound: () => sound,
  };
}

/** The six numbers of an FS_MATRIX. */
export function readFloats(pdfium: Pdfium, pointer: number, count: number): readonly number[] {
  const memory = pdfium.memory();
  return Array.from({ length: count }, (_, i) => memory.getFloat32(pointer + 4 * i, true));
}

/** A text that a function writes as UTF-16LE and whose size it tells when asked with no room. */
export function readUtf16(pdfium: Pdfium, ask: (pointer: number, size: number) => number): string {
  const size = ask(0, 0);
  if (size <= 2) return '';
  return pdfium.withBlock(size, (pointer) => {
    ask(pointer, size);
    return new TextDecoder('utf-16le').decode(pdfium.bytes(pointer, size - 2).slice());
  });
}
