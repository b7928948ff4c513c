import { compareNatural, defect, type DefectCode } from '../codes.ts';
import { groupBy } from '../grouping.ts';
import { splitNames, type ReleaseImage, type SplitName } from '../../release/index.ts';
import type { Check, CheckTable, Defect } from '../types.ts';

/** Every split that lists one of the images. */
function splitsOf(images: readonly ReleaseImage[]): SplitName[] {
  const found = new Set(images.flatMap((image) => image.splits));
  return splitNames.filter((split) => found.has(split));
}

function countBySplit(images: readonly ReleaseImage[], splits: readonly SplitName[]): string {
  return splits.map((split) => `${images.filter((image) => image.splits.includes(split)).length} in ${split}`).join(', ');
}

const kinds: readonly { readonly code: DefectCode; readonly what: string; readonly keyOf: (image: ReleaseImage) => string | undefined }[] = [
  { code: 'PATIENT_ACROSS_SPLITS', what: 'Patient', keyOf: (image) => image.patient },
  { code: 'PAPER_ACROSS_SPLITS', what: 'Paper', keyOf: (image) => image.paper },
  { code: 'FIGURE_ACROSS_SPLITS', what: 'Figure', keyOf: (image) => image.parts.figure },
];

/**
 * Whatever makes pictures alike must stay on one side of a split: patient, paper, figure, duplicates. A key that has
 * pictures in more than one split leaks; one picture listed in two splits is the files check's, and counts here only
 * when another picture of its key is concerned too.
 */
export const leakage: Check = {
  name: 'leakage',
  title: 'Patients, papers, figures and duplicates that stand in more than one split',
  run: async ({ release, nameOf, results }) => {
    const defects: Defect[] = [];
    const rows: (string | number | null)[][] = [];
    const images = release.images.filter((image) => image.splits.length > 0);
    const straddles = (members: readonly ReleaseImage[]) => members.length > 1 && splitsOf(members).length > 1;

    for (const { code, what, keyOf } of kinds) {
      const groups = groupBy(images, keyOf);
      const leaking = [...groups].filter(([, members]) => straddles(members)).toSorted(([a], [b]) => compareNatural(a, b));
      for (const [key, members] of leaking) {
        defects.push(
          defect(code, {
            images: members.map(nameOf),
            patients: members.flatMap((image) => image.patient ?? []),
            papers: members.flatMap((image) => image.paper ?? []),
            evidence: `${what === 'Patient' && /^patient\b/i.test(key) ? '' : `${what} `}${key} has ${countBySplit(members, splitsOf(members))}.`,
            suggestion: { action: 'regroup', images: members.map(nameOf).toSorted(compareNatural) },
          }),
        );
      }
      rows.push([what.toLowerCase(), groups.size, leaking.length, leaking.reduce((sum, [, members]) => sum + members.length, 0)]);
    }

    const byName = new Map(release.images.map((image) => [nameOf(image), image]));
    const groups = results.get('duplicates')?.groups ?? [];
    const leaking = groups
      .map((names) => names.flatMap((name) => byName.get(name) ?? []))
      .filter(straddles);
    for (const members of leaking) {
      const names = members.map(nameOf).toSorted(compareNatural);
      defects.push(
        defect('DUPLICATE_ACROSS_SPLITS', {
          images: names,
          patients: members.flatMap((image) => image.patient ?? []),
          papers: members.flatMap((image) => image.paper ?? []),
          evidence: `One picture under ${members.length} names: ${members.map((image) => `${nameOf(image)} (${image.label}, ${image.splits.join(' and ')})`).join(', ')}.`,
          suggestion: { action: 'quarantine', images: names.filter((name) => byName.get(name)?.split !== 'test') },
        }),
      );
    }
    const ran = results.has('duplicates');
    rows.push(['duplicate group', ran ? groups.length : null, ran ? leaking.length : null, ran ? leaking.reduce((sum, members) => sum + members.length, 0) : null]);

    const table: CheckTable = {
      title: 'What straddles the published splits',
      note: ran ? 'Images: all those of the groups that straddle.' : 'The duplicates check did not run, so its groups are not judged here.',
      columns: ['grouped by', 'groups', 'in more than one split', 'images of those'],
      rows,
    };
    return { defects, tables: [table] };
  },
};
