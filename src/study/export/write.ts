import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { writeFolderAtomic } from '../../base/index.ts';
import type { ReadingsDocument } from '../analysis/document.ts';
import { imrmcText, numbersCsv, readingsCsv, rjafrocWorkbook } from './tables.ts';

const readme = (document: ReadingsDocument): string => `Readings of the study "${document.plan.title}" (plan ${document.planHash}).
${document.readers.some(({ simulated }) => simulated) ? '\nSIMULATED READERS are among them: they prove the software, not the claim.\n' : ''}${document.synthetic ? '\nThe cases are SYNTHETIC.\n' : ''}
readings.json   plan, cases with their truth, all readings: covid-ct study analyse --from readings.json gives the same figures again
readings.csv    one line a reading
study.imrmc     the layout of iMRMC's input file
study.xlsx      the layout that RJafroc reads with newExcelFileFormat = TRUE
numbers.csv     the names behind the numbers of the last two

study.imrmc and study.xlsx follow the documented layouts; iMRMC and RJafroc themselves have not opened them.
For research, never for diagnosis.
`;

/** A study's readings in every layout, by file name. */
async function exportFiles(document: ReadingsDocument): Promise<ReadonlyMap<string, Uint8Array>> {
  const text = (content: string): Uint8Array => Buffer.from(content);
  return new Map([
    ['readings.json', text(`${JSON.stringify(document, null, 1)}\n`)],
    ['readings.csv', text(readingsCsv(document))],
    ['study.imrmc', text(imrmcText(document))],
    ['study.xlsx', await rjafrocWorkbook(document)],
    ['numbers.csv', text(numbersCsv(document))],
    ['README.txt', text(readme(document))],
  ]);
}

/** Writes a study's readings in every layout into a new folder. */
export async function writeExport(document: ReadingsDocument, folder: string): Promise<void> {
  const files = await exportFiles(document);
  await writeFolderAtomic(folder, async (target) => {
    for (const [name, content] of files) await writeFile(join(target, name), content);
  });
}

/** The same files as one zip. */
export async function exportArchive(document: ReadingsDocument): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [name, content] of await exportFiles(document)) zip.addBuffer(Buffer.from(content), `${document.plan.id}/${name}`);
  zip.end();
  return buffer(zip.outputStream);
}
