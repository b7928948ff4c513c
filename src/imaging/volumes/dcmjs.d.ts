/** The part of dcmjs that is used here; the package brings no types. */
declare module 'dcmjs' {
  interface Element {
    readonly vr: string;
    readonly Value?: readonly unknown[];
  }
  type Elements = Record<string, Element>;
  class DicomDict {
    constructor(meta: Elements);
    readonly meta: Elements;
    dict: Elements;
    write(): ArrayBuffer | Uint8Array;
  }
  class ReadBufferStream {
    readonly offset: number;
    /** Where what can be read ends. */
    readonly endOffset: number;
    /** Moves on by so many bytes; every read does. */
    increment(step: number): number;
  }
  export const data: {
    readonly ReadBufferStream: typeof ReadBufferStream;
    readonly DicomDict: typeof DicomDict;
    readonly DicomMessage: { readFile(bytes: ArrayBuffer, options?: { readonly untilTag?: string; readonly ignoreErrors?: boolean }): DicomDict };
    /** By tags as `(0010,0010)`. */
    readonly DicomMetaDictionary: { readonly dictionary: Readonly<Record<string, { readonly name: string; readonly vr: string } | undefined>> };
  };
  export const log: { getLogger(name: string): { setLevel(level: string, persist?: boolean): void } };
}
