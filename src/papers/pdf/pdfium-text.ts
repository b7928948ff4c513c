import { readFontName, type FontCut } from './font-name.ts';
import { asMatrix, compose, mapBox, type Matrix } from './matrix.ts';
import { readFloats, type Pdfium } from './pdfium-module.ts';
import type { Box, TextRun } from './types.ts';

interface Character {
  readonly text: string;
  readonly box: Box;
  readonly baseline: number;
  readonly font: FontCut;
  readonly size: number;
  readonly upright: boolean;
}

/** The text of a page in runs of one font on one line. @param shown maps user space to the page as shown */
export function readText(pdfium: Pdfium, page: number, shown: Matrix): TextRun[] {
  const textPage = pdfium.call('FPDFText_LoadPage', page);
  if (textPage === 0) return [];
  try {
    const runs: TextRun[] = [];
    let open: Character[] = [];
    const close = (): void => {
      if (open.some(({ text }) => text.trim() !== '')) runs.push(joined(open));
      open = [];
    };
    const count = pdfium.call('FPDFText_CountChars', textPage);
    for (let i = 0; i < count; i++) {
      const character = readCharacter(pdfium, textPage, i, shown);
      if (character === undefined) {
        close();
        continue;
      }
      const last = open.findLast(({ text }) => text !== ' ');
      if (last !== undefined && character.text !== ' ' && !goesOn(last, character, open.at(-1)?.text === ' ')) close();
      if (open.length > 0 || character.text.trim() !== '') open.push(character);
    }
    close();
    return runs;
  } finally {
    if (pdfium.isSound()) pdfium.call('FPDFText_ClosePage', textPage);
  }
}

/** Whether a character goes on with a run on its line; a blank between them may be as wide as two letters. */
function goesOn(last: Character, next: Character, blank: boolean): boolean {
  if (last.font.name !== next.font.name || Math.abs(last.size - next.size) >= 0.2 || last.upright !== next.upright) return false;
  const room = (blank ? 1.2 : 0.6) * last.size;
  const across = Math.max(next.box.x - last.box.x - last.box.width, last.box.x - next.box.x - next.box.width);
  const down = Math.max(next.box.y - last.box.y - last.box.height, last.box.y - next.box.y - next.box.height);
  if (!last.upright) return Math.hypot(Math.max(0, across), Math.max(0, down)) < room;
  return Math.abs(last.baseline - next.baseline) < 0.2 * last.size && next.box.x >= last.box.x - 0.5 * last.size && across < room;
}

function readCharacter(pdfium: Pdfium, textPage: number, i: number, shown: Matrix): Character | undefined {
  const code = pdfium.call('FPDFText_GetUnicode', textPage, i) >>> 0;
  // Line ends that PDFium puts in, and characters without a meaning.
  if (code === 13 || code === 10 || code === 0) return undefined;
  return pdfium.withBlock(64, (pointer) => {
    const matrix = pdfium.call('FPDFText_GetMatrix', textPage, i, pointer) === 0 ? undefined : compose(shown, asMatrix(readFloats(pdfium, pointer, 6)));
    pdfium.call('FPDFText_GetLooseCharBox', textPage, i, pointer);
    const [left = 0, top = 0, right = 0, bottom = 0] = readFloats(pdfium, pointer, 4);
    pdfium.call('FPDFText_GetCharOrigin', textPage, i, pointer, pointer + 8);
    const memory = pdfium.memory();
    const origin = { x: memory.getFloat64(pointer, true), y: memory.getFloat64(pointer + 8, true) };
    const fontSize = pdfium.call('FPDFText_GetFontSize', textPage, i);
    const scale = matrix === undefined ? 1 : Math.hypot(matrix[2], matrix[3]);
    const along = matrix === undefined ? 1 : Math.hypot(matrix[0], matrix[1]);
    return {
      text: code === 2 || code === 0xfffe ? '-' : String.fromCodePoint(code).normalize('NFKC'),
      box: mapBox(shown, left, bottom, right, top),
      baseline: shown[1] * origin.x + shown[3] * origin.y + shown[5],
      font: fontOf(pdfium, textPage, i),
      size: fontSize * scale,
      upright: matrix === undefined || (matrix[0] > 0 && Math.abs(matrix[1]) < 0.05 * along),
    };
  });
}

function fontOf(pdfium: Pdfium, textPage: number, i: number): FontCut {
  return pdfium.withBlock(260, (pointer) => {
    const size = pdfium.call('FPDFText_GetFontInfo', textPage, i, pointer, 256, pointer + 256);
    if (size < 2 || size > 256) return readFontName('');
    return readFontName(new TextDecoder().decode(pdfium.bytes(pointer, size - 1).slice()));
  });
}

function joined(characters: readonly Character[]): TextRun {
  const solid = characters.filter(({ text }) => text.trim() !== '');
  const first = solid[0] ?? characters[0];
  if (first === undefined) throw new RangeError('a run has at least one character');
  const x = Math.min(...solid.map(({ box }) => box.x));
  const y = Math.min(...solid.map(({ box }) => box.y));
  const right = Math.max(...solid.map(({ box }) => box.x + box.width));
  const bottom = Math.max(...solid.map(({ box }) => box.y + box.height));
  const text = characters.map((each) => each.text).join('').trimEnd();
  return { text, box: { x, y, width: right - x, height: bottom - y }, baseline: first.baseline, font: first.font.name, size: first.size, bold: first.font.bold, italic: first.font.italic, upright: first.upright };
}
