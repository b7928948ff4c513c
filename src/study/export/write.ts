import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
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

/** Writes a study's readings in every layout into a new folder. */
export async function writeExport(document: ReadingsDocument, folder: string): Promise<void> {
  await writeFolderAtomic(folder, async (target) => {
    await writeFile(join(target, 'readings.json'), `${JSON.stringify(document, null, 1)}\n`);
    await writeFile(join(target, 'readings.csv'), readingsCsv(document));
    await writeFile(join(target, 'study.imrmc'), imrmcText(document));
    await writeFile(join(target, 'study.xlsx'), await rjafrocWorkbook(document));
    await writeFile(join(target, 'numbers.csv'), numbersCsv(document));
    await writeFile(join(target, 'README.txt'), readme(document));
  });
}
