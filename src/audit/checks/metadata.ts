import { splitNames, type MetadataRow, type ReleaseImage } from '../../release/index.ts';
import { defect } from '../codes.ts';
import { count } from '../../base/index.ts';
import { groupBy, quote, someNames } from '../grouping.ts';
import { defectCodeOf, isMetadataProblem, located } from '../problems.ts';
import type { Check, CheckContext, CheckTable, Defect } from '../types.ts';

interface Column {
  readonly name: string;
  /** A study needs it: without it nobody can group, stratify or check. The others may rightly be empty. */
  readonly needed: boolean;
  readonly present: (image: ReleaseImage) => boolean;
}

const typed = (name: keyof Pick<MetadataRow, 'age' | 'sex' | 'captions'>) => (image: ReleaseImage) => image.metadata?.[name].value !== undefined;
const written = (name: keyof Pick<MetadataRow, 'location' | 'history' | 'time' | 'severity' | 'otherDiseases' | 'doi'>) => (image: ReleaseImage) =>
  (image.metadata?.[name].raw ?? '').trim() !== '';

const columns: readonly Column[] = [
  { name: 'patient', needed: true, present: (image) => image.patient !== undefined },
  { name: 'age', needed: true, present: typed('age') },
  { name: 'sex', needed: true, present: typed('sex') },
  { name: 'DOI', needed: true, present: written('doi') },
  { name: 'caption', needed: true, present: typed('captions') },
  { name: 'location', needed: false, present: written('location') },
  { name: 'time', needed: false, present: written('time') },
  { name: 'severity', needed: false, present: written('severity') },
  { name: 'history', needed: false, present: written('history') },
  { name: 'other diseases', needed: false, present: written('otherDiseases') },
];

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`);

/** One defect for all columns that a class lacks altogether, and one for each column that it has in part. */
function missing({ release, nameOf }: CheckContext): Defect[] {
  return release.labels.flatMap((label) => {
    const images = release.images.filter((image) => image.label === label);
    if (images.length === 0) return [];
    const rowless = images.filter((image) => image.metadata === undefined);
    const needed = columns.filter((column) => column.needed);
    const absent = needed.filter((column) => !images.some(column.present));
    const defects: Defect[] = [];
    if (rowless.length > 0 && rowless.length < images.length) {
      defects.push(
        defect('METADATA_IMAGE_WITHOUT_ROW', {
          images: rowless.map(nameOf),
          evidence: `${count(rowless.length, 'picture')} of ${label} (of ${images.length}) ${rowless.length === 1 ? 'has' : 'have'} no row in the metadata: ${someNames(rowless.map(nameOf))}.`,
          suggestion: { action: 'look', what: 'Add a row, or leave the picture out: nobody knows whose it is.' },
        }),
      );
    }
    if (absent.length > 0) {
      defects.push(
        defect('METADATA_COLUMN_ABSENT', {
          evidence: `No picture of ${label} (${images.length}) has ${absent.map((column) => column.name).join(', ')}.`,
          suggestion: { action: 'look', what: `Nothing can be matched or adjusted for by ${absent.map((column) => column.name).join(', ')}: say so where you report figures.` },
        }),
      );
    }
    for (const column of needed.filter((column) => !absent.includes(column))) {
      const lacking = images.filter((image) => !column.present(image));
      if (lacking.length === 0) continue;
      const splits = splitNames.map((split) => {
        const inSplit = images.filter((image) => image.splits.includes(split));
        return `${split} ${percent(inSplit.filter((image) => !column.present(image)).length, inSplit.length)}`;
      });
      const derived = column.name === 'DOI' ? lacking.filter((image) => image.parts.doi !== undefined || image.doi !== undefined).length : 0;
      defects.push(
        defect('METADATA_CELLS_MISSING', {
          images: lacking.map(nameOf),
          evidence: `${column.name} is missing for ${lacking.length} of ${images.length} pictures of ${label} (${splits.join(', ')})${derived > 0 ? `; for ${derived} of them the file name spells it` : ''}.`,
          suggestion: { action: 'look', what: derived > 0 ? 'Take it from the file name; fill in the rest from the papers.' : 'Fill it in from the papers.' },
        }),
      );
    }
    return defects;
  });
}

/** What could not be read or joined, one defect for each kind, file and column. */
function problems({ release, nameOf }: CheckContext): Defect[] {
  const byName = new Map(release.images.map((image) => [image.name, nameOf(image)]));
  const groups = groupBy(release.problems.filter(isMetadataProblem), (problem) => `${problem.code}\n${problem.file}\n${problem.column ?? ''}`);
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const rows = members.flatMap((problem) => problem.row ?? []);
    const cells = [...new Set(members.flatMap((problem) => problem.raw ?? []))].filter((raw) => raw.trim() !== '');
    const where = rows.length > 1 ? ` Rows ${rows.slice(0, 8).join(', ')}${rows.length > 8 ? ` and ${rows.length - 8} more` : ''}` : '';
    const what = where !== '' && cells.length > 1 ? `, e.g. ${cells.slice(0, 3).map((cell) => quote(cell, 60)).join(', ')}` : '';
    return defect(defectCodeOf(first), {
      // Rows can name pictures that are not there; what they are called is what one must look for.
      images: members.flatMap((problem) => (problem.image === undefined ? [] : (byName.get(problem.image) ?? problem.image))),
      evidence: members.length === 1 ? located(first) : `${count(members.length, 'time')} in ${first.file}${first.column === undefined ? '' : `, column ${first.column}`}; the first: ${first.message}${where}${what}${where === '' ? '' : '.'}`,
      suggestion: { action: 'look', what: 'Correct the table at its source, or leave these rows out.' },
    });
  });
}

function table({ release }: CheckContext): CheckTable {
  return {
    title: 'Missing metadata',
    note: 'Share of images without a value that can be read. History, severity and other diseases may rightly be empty.',
    columns: ['column', ...release.labels.flatMap((label) => splitNames.map((split) => `${label} ${split}`))],
    rows: columns.map((column) => [
      column.name,
      ...release.labels.flatMap((label) =>
        splitNames.map((split) => {
          const images = release.images.filter((image) => image.label === label && image.splits.includes(split));
          return percent(images.filter((image) => !column.present(image)).length, images.length);
        }),
      ),
    ]),
  };
}

/** What the metadata lacks, by column, class and split, and what could not be read. */
export const metadata: Check = {
  name: 'metadata',
  title: 'What the metadata lacks, and what could not be read',
  run: async (context) => ({ defects: [...missing(context), ...problems(context)], tables: [table(context)] }),
};
