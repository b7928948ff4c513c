import { createRandom } from '../../src/base/index.ts';
import { writePng } from './picture-writer.ts';
import { writeZip, type ZipItem } from './zip-writer.ts';

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A workbook of one sheet, as small as the format allows (ECMA-376, parts 1 and 2), of at most 26 columns. */
export function writeWorkbook(rows: readonly (readonly string[])[], sheetXml?: string): Buffer {
  const cell = (text: string, column: number, row: number): string => `<c r="${String.fromCharCode(65 + column)}${row + 1}" t="inlineStr"><is><t>${escapeXml(text)}</t></is></c>`;
  const sheet = sheetXml ?? `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows.map((row, i) => `<row r="${i + 1}">${row.map((text, j) => cell(text, j, i)).join('')}</row>`).join('')}</sheetData></worksheet>`;
  const parts: readonly (readonly [string, string])[] = [
    ['[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'],
    ['_rels/.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'],
    ['xl/workbook.xml', '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'],
    ['xl/_rels/workbook.xml.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'],
    ['xl/worksheets/sheet1.xml', sheet],
  ];
  return writeZip(parts.map(([name, text]) => ({ name, data: Buffer.from(text), method: 8 })));
}

/** The columns of upstream's workbook. */
export const workbookHeader: readonly string[] = ['File name', 'Patient ID', 'Age', 'Gender', 'Location', 'Medical history', 'Time', 'Severity', 'Other diseases', 'DOI', 'Captions'];

/** A release's files by path, zips closed; synthetic, and small enough to make anew for every test. */
export interface SmallRelease {
  readonly files: Map<string, Buffer>;
  /** Bytes of every image, by `<label>/<name>`. */
  readonly images: Map<string, Buffer>;
}

/**
 * A synthetic release in upstream's layout.
 * @param perLabel images of each label, at least 3
 * @param side pixels along each side of an image; noise, so that nothing compresses
 */
export function makeSmallRelease(perLabel = 6, side = 24, seed = 5): SmallRelease {
  const random = createRandom(seed);
  const files = new Map<string, Buffer>();
  const images = new Map<string, Buffer>();
  const rows: string[][] = [];
  for (const label of ['COVID', 'NonCOVID']) {
    const names = Array.from({ length: perLabel }, (_, i) => (label === 'COVID' ? `2020.03.01.2002${100 + i}-p${i + 2}-${30 + i}.png` : `${i + 1}.png`));
    const items: ZipItem[] = names.map((name) => {
      const data = writePng(side, side, () => random.integer(0, 255));
      images.set(`${label}/${name}`, data);
      return { name: `CT_${label}/${name}`, data };
    });
    files.set(`Images-processed/CT_${label}.zip`, writeZip(items));
    const parts = [names.slice(0, -2), names.slice(-2, -1), names.slice(-1)];
    for (const [i, split] of ['train', 'val', 'test'].entries()) files.set(`Data-split/${label}/${split}CT_${label}.txt`, Buffer.from((parts[i] ?? []).map((name) => `${name}\n`).join('')));
    if (label === 'COVID') for (const [i, name] of names.entries()) rows.push([name, `Patient ${i + 1}`, '44', 'M', 'Wuhan', '', '', '', '', '', `Synthetic picture ${i + 1}.`]);
  }
  files.set('COVID-CT-MetaInfo.xlsx', writeWorkbook([[...workbookHeader], ...rows]));
  files.set('NonCOVID-CT-MetaInfo.csv', Buffer.from(',image name,patient id\n0,1.png,synthetic_patient_0\n'));
  return { files, images };
}
