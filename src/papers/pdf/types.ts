import type { Picture } from '../../imaging/index.ts';

/** A rectangle on a page as it is shown: points (1/72 inch) from its left upper corner, `y` growing downwards. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A run of characters in one font on one line. */
export interface TextRun {
  readonly text: string;
  readonly box: Box;
  /** The y of the baseline, in points from the top. */
  readonly baseline: number;
  /** The font's name as the file has it, without the six letters of a subset. */
  readonly font: string;
  /** In points, as shown. */
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
  /** Read from left to right; false for text that stands on its side or on its head. */
  readonly upright: boolean;
}

/** How a picture's rows and columns lie on the page: first mirrored left to right where it says so, then turned. */
export interface Orientation {
  readonly mirrored: boolean;
  /** Clockwise turns by 90 degrees; `undefined` where it stands askew. */
  readonly quarterTurns: 0 | 1 | 2 | 3 | undefined;
}

/** A picture kept in a PDF, as it is painted on one page. */
export interface EmbeddedPicture {
  /** Number of its PDF object; `undefined` where the reader cannot tell, or the picture is written into the page. */
  readonly object: number | undefined;
  readonly box: Box;
  readonly orientation: Orientation;
  /** `stencil`: one bit a pixel, through which a colour is painted. */
  readonly kind: 'picture' | 'stencil';
  /** Native pixels: gray where all channels agree, RGBA where a soft mask leaves something out; none for stencils and what cannot be decoded. */
  readonly pixels: Picture | undefined;
}

/** What stands on a page. */
export interface PdfPage {
  /** From 1. */
  readonly number: number;
  /** In points, as shown: turned and cut as the file asks. */
  readonly width: number;
  readonly height: number;
  readonly text: readonly TextRun[];
  readonly pictures: readonly EmbeddedPicture[];
  /** Boxes of lines and areas that are drawn and seen: white on white is left out. */
  readonly drawings: readonly Box[];
}

/** What a file says of itself. */
export interface PdfInformation {
  readonly title: string | undefined;
  readonly author: string | undefined;
}

/** An opened PDF. Its pages are read one at a time, and not at the same time. */
export interface PdfDocument {
  readonly reader: PdfReader['name'];
  readonly pageCount: number;
  readonly information: PdfInformation;
  /**
   * Reads a page.
   * @param number from 1
   * @throws RangeError where there is no such page, and whatever the library throws at a broken one
   */
  page(number: number): Promise<PdfPage>;
  close(): Promise<void>;
}

/** Why a file cannot be read. */
export interface PdfRefusal {
  readonly status: 'empty' | 'not a PDF' | 'encrypted' | 'broken';
  /** One sentence. */
  readonly message: string;
}

/** One library that reads PDFs. Both give the same result, which the conformance suite sees to. */
export interface PdfReader {
  readonly name: 'pdfjs' | 'pdfium';
  /** @param bytes the whole file; they are copied */
  open(bytes: Uint8Array): Promise<PdfDocument | PdfRefusal>;
}

/** Whether opening was refused. */
export function isRefusal(opened: PdfDocument | PdfRefusal): opened is PdfRefusal {
  return 'status' in opened;
}
