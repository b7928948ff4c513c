import { badDicom, type DicomFile } from './dicom-file.ts';

type Decode = (coded: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

interface Codec {
  /** Looked at before any memory is taken for the pixels. @throws RangeError where there is no such header */
  readonly size: (coded: DataView) => CodedSize;
  readonly decode: Decode;
}

/** A new one for each module, which makes itself out of what it is given. */
const silent = () => ({ print: () => undefined, printErr: () => undefined });

/** A size as a coded picture's header says it. */
interface CodedSize {
  readonly columns: number;
  readonly rows: number;
  readonly samples: number;
}

/** From the frame header of lossless JPEG (SOF3: ITU-T T.81, B.2.2) or JPEG-LS (SOF55: T.87, C.2.2), which have one layout. */
function jpegSize(coded: DataView, startOfFrame: number): CodedSize {
  for (let at = 2; coded.getUint8(at) === 0xff; at += 2 + coded.getUint16(at + 2)) {
    if (coded.getUint8(at + 1) === startOfFrame) return { rows: coded.getUint16(at + 5), columns: coded.getUint16(at + 7), samples: coded.getUint8(at + 9) };
  }
  throw new RangeError('no frame header');
}

/** From the SIZ segment (ITU-T T.800, A.5.1), which comes first. */
function jpeg2000Size(coded: DataView): CodedSize {
  if (coded.getUint32(0) !== 0xff4fff51) throw new RangeError('no codestream of JPEG 2000');
  return { columns: coded.getUint32(8) - coded.getUint32(16), rows: coded.getUint32(12) - coded.getUint32(20), samples: coded.getUint16(40) };
}

/** The two modules from one mould. One that broke off (it throws numbers, or aborts) is not used again. */
function codec(open: () => Promise<new () => EmscriptenDecoder>): Decode {
  let opened: Promise<new () => EmscriptenDecoder> | undefined;
  return async (coded) => {
    opened ??= open();
    const Decoder = await opened;
    try {
      const decoder = new Decoder();
      decoder.getEncodedBuffer(coded.length).set(coded);
      decoder.decode();
      const decoded = decoder.getDecodedBuffer().slice();
      decoder.delete();
      return decoded;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
}

const jpegLossless: Codec = {
  size: (coded) => jpegSize(coded, 0xc3),
  decode: async (coded) => new Uint8Array(new (await import('jpeg-lossless-decoder-js')).Decoder().decompress(coded.buffer)),
};
const jpegLs: Codec = {
  size: (coded) => jpegSize(coded, 0xf7),
  decode: codec(async () => (await (await import('@cornerstonejs/codec-charls/decodewasmjs')).default(silent())).JpegLSDecoder),
};
const jpeg2000: Codec = {
  size: jpeg2000Size,
  decode: codec(async () => (await (await import('@cornerstonejs/codec-openjpeg/decodewasmjs')).default(silent())).J2KDecoder),
};

/** Transfer syntaxes of PS3.5, A.4.2 to A.4.4. Lossy JPEG (…4.50, …4.51) is none of them: it has 8 or 12 bits, and no scanner's Hounsfield units. */
const codecs: ReadonlyMap<string, Codec> = new Map([
  ['1.2.840.10008.1.2.4.57', jpegLossless],
  ['1.2.840.10008.1.2.4.70', jpegLossless],
  ['1.2.840.10008.1.2.4.80', jpegLs],
  ['1.2.840.10008.1.2.4.81', jpegLs],
  ['1.2.840.10008.1.2.4.90', jpeg2000],
  ['1.2.840.10008.1.2.4.91', jpeg2000],
]);

/**
 * A DICOM file with its pixels decoded, where they are JPEG lossless, JPEG-LS or JPEG 2000; any other file as it is.
 * @throws CovidCtError BAD_IMAGE for coded pixels that are broken or of another size than the file says
 */
export async function decompressDicom(file: DicomFile): Promise<DicomFile> {
  const coding = codecs.get(file.transferSyntax);
  if (coding === undefined) return file;
  const [rows = 0, columns = 0] = [file.numbers('00280010')[0], file.numbers('00280011')[0]];
  const coded = new Uint8Array(Buffer.concat(file.pixels.map((part) => new Uint8Array(part))));
  let decoded: Uint8Array;
  try {
    const size = coding.size(new DataView(coded.buffer));
    if (size.columns !== columns || size.rows !== rows || size.samples !== 1) throw new RangeError(`its coded picture has ${size.columns}×${size.rows} pixels of ${size.samples} samples, and the file says ${columns}×${rows} of 1`);
    decoded = await coding.decode(coded);
  } catch (error) {
    throw badDicom(file.name, 'its compressed pixels are broken', 'Export or fetch it again; gdcmconv --raw IN OUT tells whether another program can decode it.', error);
  }
  // 8 bits or fewer are decoded to bytes.
  const words = decoded.length === rows * columns ? Uint8Array.from({ length: 2 * decoded.length }, (_, i) => (i % 2 === 0 ? (decoded[i >> 1] ?? 0) : 0)) : new Uint8Array(decoded);
  return { ...file, transferSyntax: '1.2.840.10008.1.2.1', pixels: [words.buffer] };
}
