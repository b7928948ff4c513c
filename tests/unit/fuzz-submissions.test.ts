/** What a stranger sends, with something wrong in it: mail, bundles, pictures, workbooks. Each is read, or refused by an error of ours. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, CovidCtError } from '../../src/base/index.ts';
import { bundleInMessage, composeMessage, parseSubmission, readBundle, readSubmittedFile, writeBundle } from '../../src/curation/index.ts';
import { dicomOfSlice, encodeJpeg, encodePng } from '../../src/imaging/node.ts';
import { drawPhantom, drawPhantomVolume } from '../../src/imaging/index.ts';
import { readWorkbookTable } from '../../src/release/index.ts';
import { mutate } from '../support/fuzz/mutations.ts';
import { rawZip } from '../support/raw-zip.ts';

/** Mutations of each kind of file; more by hand: COVID_CT_FUZZ=5000 npx vitest run --project unit tests/unit/fuzz-submissions.test.ts */
const count = Number(process.env['COVID_CT_FUZZ'] ?? 120);
/** What a file of a few hundred kilobytes may take, on a machine that does other things too. */
const longest = 20_000;

const sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>image</t></is></c><c r="B1" t="inlineStr"><is><t>age</t></is></c></row><row r="2"><c r="A2" t="n"><v>1</v></c></row></sheetData></worksheet>';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const header = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Reads so many mutations of a file. @returns how many were refused */
async function fuzz(name: string, bytes: Uint8Array<ArrayBuffer>, read: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>): Promise<number> {
  const random = createRandom(11).fork(name);
  await read(bytes);
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const { bytes: mutated, what } = mutate({ bytes, header: header(Math.min(bytes.length, 1200)) }, random);
    const started = performance.now();
    try {
      await Promise.race([read(mutated), delay(longest, undefined, { ref: false }).then(() => Promise.reject(new Error('it does not come to an end')))]);
    } catch (error) {
      if (!(error instanceof CovidCtError)) throw new Error(`${name}, ${what}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error });
      refused += 1;
    }
    expect(performance.now() - started, `${name}, ${what}`).toBeLessThan(longest);
  }
  return refused;
}

describe('what a stranger sends, with something wrong in it', () => {
  const submission = parseSubmission(JSON.stringify({
    format: 'covid-ct submission 1', contributor: { name: 'A. Contributor', email: 'a@example.org' },
    attestations: { deidentified: true, consent: 'ethics board 12/2020', rights: 'own images' },
    cases: [{ file: 'images/001.png', label: 'COVID', patient: 'p1', doi: 'https://doi.org/10.1000/xyz123', caption: 'Opacities in both lungs.', age: '41' }],
  }), 'a test');
  const phantom = drawPhantom({ patient: 1, lesions: 'opacities' });
  const picture = (bytes: Uint8Array, name: string) => readSubmittedFile(bytes, name);

  it.each([
    ['a.png', () => encodePng(phantom)],
    ['a.jpg', () => encodeJpeg(phantom, 90)],
    ['a.dcm', () => Promise.resolve(dicomOfSlice(drawPhantomVolume({ patient: 3, lesions: 'opacities', width: 160, height: 160, slices: 3 }), 1, 7))],
  ])('%s', { timeout: 300_000 }, async (name, make) => {
    expect(await fuzz(name, new Uint8Array(await make()), (bytes) => picture(bytes, name))).toBeGreaterThan(0);
  });

  it('a bundle, and the message that it came in', { timeout: 300_000 }, async () => {
    const zip = join(folder, 'bundle.zip');
    await writeBundle(zip, { submission, files: new Map([['images/001.png', await encodePng(phantom)]]) });
    const bundle = new Uint8Array(await readFile(zip));
    const mail = new Uint8Array(await composeMessage(submission, 'a test', bundle, 'a@example.org', new Date('2026-11-26')));
    const written = (read: (path: string) => Promise<unknown>, name: string) => async (bytes: Uint8Array) => {
      await writeFile(join(folder, name), bytes);
      return read(join(folder, name));
    };
    expect(await fuzz('a bundle', bundle, written(readBundle, 'mutated.zip'))).toBeGreaterThan(0);
    expect(await fuzz('a message', mail, written(bundleInMessage, 'mutated.eml'))).toBeGreaterThan(0);
  });

  it('a workbook, packed and before it is packed', { timeout: 300_000 }, async () => {
    const parts = {
      '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
      '_rels/.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
      'xl/workbook.xml': '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet" sheetId="1" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    };
    const workbook = (content: string | Uint8Array) => new Uint8Array(rawZip([...Object.entries(parts).map(([name, text]) => ({ name, content: text })), { name: 'xl/worksheets/sheet1.xml', content: Buffer.from(content) }]));
    expect((await readWorkbookTable(workbook(sheet), 'a.xlsx')).header).toEqual(['image', 'age']);
    expect(await fuzz('a workbook', workbook(sheet), (bytes) => readWorkbookTable(bytes, 'a.xlsx'))).toBeGreaterThan(0);
    expect(await fuzz('a sheet', new Uint8Array(Buffer.from(sheet)), (bytes) => readWorkbookTable(workbook(bytes), 'a.xlsx'))).toBeGreaterThan(0);
  });
});
