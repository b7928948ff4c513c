import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { toGray, type Picture, type Rectangle } from '../../imaging/index.ts';

/** A line of text that was read from pixels. */
export interface RecognizedLine {
  readonly text: string;
  /** In pixels of the picture. */
  readonly box: Rectangle;
}

/** Reads printed text from pixels. */
export interface Recognizer {
  /** The lines of a block of text, from top to bottom. @param resolution in pixels an inch */
  lines(picture: Picture, resolution: number): readonly RecognizedLine[];
}

/** What is used of Tesseract, compiled to WebAssembly (its baseapi.h). */
const moduleSchema = z.object({ FS: z.object({ writeFile: z.custom<(path: string, bytes: Uint8Array) => void>((value) => typeof value === 'function') }), TessBaseAPI: z.custom<new () => Tesseract>((value) => typeof value === 'function') });
interface Tesseract {
  /** 0 where it is ready; engine 1 is the neural one. */
  Init(folder: null, language: string, engine: number): number;
  SetVariable(name: string, value: string): void;
  /** Reads `/input`, turned by its EXIF mark and an angle. */
  SetImageFile(exif: number, angle: number, doubled: boolean): number;
  SetSourceResolution(resolution: number): void;
  Recognize(monitor: null): number;
  GetTSVText(page: number): string;
}

const factorySchema = z.custom<(options: object) => Promise<unknown>>((value) => typeof value === 'function');
let loading: Promise<Recognizer | undefined> | undefined;

/** Tesseract with its English model, both out of npm packages; `undefined` where those optional packages are not installed. */
export async function loadRecognizer(): Promise<Recognizer | undefined> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Recognizer | undefined> {
  const require = createRequire(import.meta.url);
  let paths: { readonly script: string; readonly wasm: string; readonly model: string };
  try {
    paths = {
      script: require.resolve('tesseract.js-core/tesseract-core-simd-lstm.js'),
      wasm: require.resolve('tesseract.js-core/tesseract-core-simd-lstm.wasm'),
      model: require.resolve('@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz'),
    };
  } catch {
    return undefined;
  }
  const silent = (): void => {};
  const factory = factorySchema.parse(require(paths.script));
  const core = moduleSchema.parse(await factory({ wasmBinary: await readFile(paths.wasm), print: silent, printErr: silent }));
  core.FS.writeFile('eng.traineddata', await promisify(gunzip)(await readFile(paths.model)));
  const tesseract = new core.TessBaseAPI();
  if (tesseract.Init(null, 'eng', 1) !== 0) return undefined;
  // One uniform block of text.
  tesseract.SetVariable('tessedit_pageseg_mode', '6');
  return {
    lines: (picture, resolution) => {
      try {
        core.FS.writeFile('/input', asPgm(picture));
        tesseract.SetImageFile(1, 0, false);
        tesseract.SetSourceResolution(Math.round(resolution));
        tesseract.Recognize(null);
        return linesOf(tesseract.GetTSVText(0));
      } catch (error) {
        // It trapped: the next paper gets a new one, this one does without.
        loading = undefined;
        if (error instanceof Error && error.name === 'RuntimeError') return [];
        throw error;
      }
    },
  };
}

/** A portable graymap, which Tesseract reads without a decoder. */
function asPgm(picture: Picture): Uint8Array {
  const gray = toGray(picture);
  const head = new TextEncoder().encode(`P5\n${gray.width} ${gray.height}\n255\n`);
  const file = new Uint8Array(head.length + gray.data.length);
  file.set(head);
  file.set(gray.data, head.length);
  return file;
}

/** Lines out of Tesseract's table: level (4: line, 5: word), page, block, paragraph, line, word, left, top, width, height, confidence, text. */
function linesOf(table: string): RecognizedLine[] {
  const lines: { text: string; box: Rectangle }[] = [];
  for (const row of table.split('\n')) {
    const cells = row.split('\t');
    const [x = 0, y = 0, width = 0, height = 0] = cells.slice(6, 10).map(Number);
    const open = lines.at(-1);
    if (cells[0] === '4') lines.push({ text: '', box: { x, y, width, height } });
    else if (cells[0] === '5' && open !== undefined) open.text = `${open.text} ${cells[11] ?? ''}`.trim();
  }
  return lines.filter(({ text }) => text !== '').toSorted((a, b) => a.box.y - b.box.y);
}
