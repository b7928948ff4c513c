import { deflateSync } from 'node:zlib';

/** An image XObject or any other stream: its dictionary's entries and its bytes. */
export interface PdfStream {
  readonly entries: string;
  readonly bytes: Uint8Array;
}

/** One page: what it paints, and under which names it reaches its fonts and pictures. */
export interface PdfPageSpec {
  readonly content: string;
  /** In points; A4 where nothing is said. */
  readonly width?: number;
  readonly height?: number;
  readonly rotate?: 0 | 90 | 180 | 270;
  readonly cropBox?: readonly [number, number, number, number];
  /** Resource name → object number. */
  readonly pictures?: Readonly<Record<string, number>>;
  /** Resource name → one of the 14 standard fonts. */
  readonly fonts?: Readonly<Record<string, string>>;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Writes small PDFs for tests (ISO 32000-1, 7.5): objects in the order of being added, a classic cross-reference table. */
export class PdfWriter {
  readonly #objects: Uint8Array[] = [];
  readonly #pages: number[] = [];

  /** Adds an object and gives its number. */
  add(object: string | PdfStream): number {
    this.#objects.push(bodyOf(object));
    return this.#objects.length;
  }

  /** Adds numbers that stay unused, so that those of pictures are not just 1, 2, 3. */
  skip(count: number): void {
    for (let i = 0; i < count; i++) this.add('null');
  }

  page(spec: PdfPageSpec): void {
    const fonts = Object.entries(spec.fonts ?? {}).map(([name, font]) => `/${name} ${this.add(`<< /Type /Font /Subtype /Type1 /BaseFont /${font} /Encoding /WinAnsiEncoding >>`)} 0 R`);
    const pictures = Object.entries(spec.pictures ?? {}).map(([name, number]) => `/${name} ${number} 0 R`);
    const content = this.add(flate(ascii(spec.content)));
    const crop = spec.cropBox === undefined ? '' : ` /CropBox [${spec.cropBox.join(' ')}]`;
    const resources = `<< /Font << ${fonts.join(' ')} >> /XObject << ${pictures.join(' ')} >> >>`;
    this.#pages.push(this.add(`<< /Type /Page /Parent PARENT /MediaBox [0 0 ${spec.width ?? 595} ${spec.height ?? 842}]${crop} /Rotate ${spec.rotate ?? 0} /Contents ${content} 0 R /Resources ${resources} >>`));
  }

  /** The whole file. @param information entries of the information dictionary */
  bytes(information: Readonly<Record<string, string>> = {}): Uint8Array {
    const objects = [...this.#objects];
    const parent = objects.length + 1;
    for (const page of this.#pages) objects[page - 1] = bodyOf(new TextDecoder().decode(objects[page - 1]).replace('PARENT', `${parent} 0 R`));
    objects.push(ascii(`<< /Type /Pages /Kids [${this.#pages.map((page) => `${page} 0 R`).join(' ')}] /Count ${this.#pages.length} >>`));
    objects.push(ascii(`<< /Type /Catalog /Pages ${parent} 0 R >>`));
    objects.push(ascii(`<< ${Object.entries(information).map(([key, value]) => `/${key} (${value})`).join(' ')} >>`));
    const parts: Uint8Array[] = [ascii('%PDF-1.5\n')];
    const offsets: number[] = [];
    let at = parts[0]?.length ?? 0;
    for (const [i, body] of objects.entries()) {
      offsets.push(at);
      const whole = [ascii(`${i + 1} 0 obj\n`), body, ascii('\nendobj\n')];
      for (const part of whole) {
        parts.push(part);
        at += part.length;
      }
    }
    const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    parts.push(ascii(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root ${parent + 1} 0 R /Info ${parent + 2} 0 R >>\nstartxref\n${at}\n%%EOF\n`));
    return Uint8Array.from(Buffer.concat(parts));
  }
}

function bodyOf(object: string | PdfStream): Uint8Array {
  if (typeof object === 'string') return ascii(object);
  return Uint8Array.from(Buffer.concat([ascii(`<< ${object.entries} /Length ${object.bytes.length} >>\nstream\n`), object.bytes, ascii('\nendstream')]));
}

/** A deflated stream. */
export function flate(bytes: Uint8Array, entries = ''): PdfStream {
  return { entries: `${entries} /Filter /FlateDecode`, bytes: deflateSync(bytes) };
}

/** An image of 8-bit samples, deflated. @param space `/DeviceGray`, `/DeviceRGB`, `[/Indexed …]`; @param more further entries */
export function imageStream(width: number, height: number, space: string, samples: Uint8Array, more = '', bits = 8): PdfStream {
  return flate(samples, `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${space} /BitsPerComponent ${bits} ${more}`);
}

/** A JPEG kept as it is. */
export function jpegStream(width: number, height: number, space: string, jpeg: Uint8Array): PdfStream {
  return { entries: `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${space} /BitsPerComponent 8 /Filter /DCTDecode`, bytes: jpeg };
}

/** Operators that paint a picture into a rectangle; `x` and `y` are its left lower corner, from the page's left lower corner. */
export function paintPicture(name: string, x: number, y: number, width: number, height: number): string {
  return `q ${width} 0 0 ${height} ${x} ${y} cm /${name} Do Q\n`;
}

/** Operators that write one line of text. */
export function writeLine(font: string, size: number, x: number, y: number, text: string): string {
  return `BT /${font} ${size} Tf ${x} ${y} Td (${text.replaceAll(/[\\()]/g, String.raw`\$&`)}) Tj ET\n`;
}
