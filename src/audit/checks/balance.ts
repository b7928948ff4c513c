import { splitNames, type ReleaseImage, type SplitName } from '../../release/index.ts';
import { fisherExactP, mannWhitneyP, quantile } from '../../statistics/index.ts';
import { defect } from '../codes.ts';
import { groupBy } from '../grouping.ts';
import type { Check, CheckContext, CheckTable, Defect } from '../types.ts';

/** Below this p two splits are called different. Six comparisons a class are made, so that 0.05 would cry wolf. */
const significance = 0.01;
/** A paper with this share of a class in a split sets its figures: its scanner and its journal weigh like a finding. */
const dominance = 0.15;
const dominanceImages = 10;
/** With this share of the pictures in sources of one label, source and label cannot be told apart. */
const confounded = 0.9;

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const pairs: readonly (readonly [SplitName, SplitName])[] = [['train', 'val'], ['train', 'test'], ['val', 'test']];

/** One picture for each patient: a patient with many must not count many times. */
function onePerPatient(images: readonly ReleaseImage[], known: (image: ReleaseImage) => boolean): ReleaseImage[] {
  return [...groupBy(images.filter(known), (image) => image.patient ?? image.id).values()].flatMap((members) => members[0] ?? []);
}

const ageOf = (image: ReleaseImage): number | undefined => image.metadata?.age.value?.years;
const sexOf = (image: ReleaseImage): 'F' | 'M' | undefined => image.metadata?.sex.value;

/** The year of a paper where its DOI or stem spells one, as preprints' do. */
export function yearOf(image: ReleaseImage): string | undefined {
  return /(?:^|[^\d])((?:19|20)\d\d)(?:\.\d\d\.\d\d\.|_)/.exec(`${image.doi ?? ''} ${image.parts.stem ?? ''}`)?.[1];
}

function sources({ release }: CheckContext): Defect[] {
  const venues = groupBy(release.images, (image) => image.venue);
  if (release.labels.length < 2 || venues.size < 2) return [];
  const ofOneLabel = [...venues].filter(([, images]) => new Set(images.map((image) => image.label)).size === 1);
  const concerned = ofOneLabel.reduce((sum, [, images]) => sum + images.length, 0);
  if (concerned / release.images.length < confounded) return [];
  const each = ofOneLabel.map(([venue, images]) => `${venue} gives ${images.length} ${images[0]?.label ?? ''}`);
  return [
    defect('SOURCE_TELLS_LABEL', {
      evidence: `${percent(concerned / release.images.length)} of the images come from a source of one label: ${each.join('; ')}.`,
      suggestion: { action: 'look', what: 'No split can mend this: report the control baselines beside every figure, and test on other sources.' },
    }),
  ];
}

function papers({ release, nameOf }: CheckContext): Defect[] {
  return release.labels.flatMap((label) =>
    splitNames.flatMap((split) => {
      const images = release.images.filter((image) => image.label === label && image.splits.includes(split));
      return [...groupBy(images, (image) => image.paper)].flatMap(([paper, members]) => {
        if (members.length < dominanceImages || members.length / images.length < dominance) return [];
        return defect('PAPER_DOMINATES', {
          images: members.map(nameOf),
          patients: members.flatMap((image) => image.patient ?? []),
          papers: [paper],
          evidence: `${members.length} of the ${images.length} ${label} images in ${split} (${percent(members.length / images.length)}) come from ${paper}.`,
          suggestion: { action: 'look', what: 'Average by paper or patient, not by image, where you report figures.' },
        });
      });
    }),
  );
}

const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

function median(values: readonly number[]): number {
  return quantile(values.toSorted((a, b) => a - b), 0.5);
}

function demographics({ release }: CheckContext): Defect[] {
  return release.labels.flatMap((label) => {
    const inSplit = (split: SplitName, known: (image: ReleaseImage) => boolean) =>
      onePerPatient(release.images.filter((image) => image.label === label && image.splits.includes(split)), known);
    return pairs.flatMap(([one, other]) => {
      const defects: Defect[] = [];
      const suggestion = { action: 'look', what: 'Compare splits within age and sex, or stratify new ones by them.' } as const;
      const ages = [one, other].map((split) => inSplit(split, (image) => ageOf(image) !== undefined).flatMap((image) => ageOf(image) ?? [])) as [number[], number[]];
      const [oneAges, otherAges] = ages;
      const agesP = oneAges.length > 0 && otherAges.length > 0 ? mannWhitneyP(oneAges, otherAges) : 1;
      if (agesP < significance) {
        defects.push(
          defect('AGE_DIFFERS_BY_SPLIT', {
            evidence: `${label}: the median age is ${median(oneAges)} in ${one} (${oneAges.length} patients with an age) and ${median(otherAges)} in ${other} (${otherAges.length}); Mann–Whitney ${pText(agesP)}.`,
            suggestion,
          }),
        );
      }
      const counts = [one, other].map((split) => {
        const sexes = inSplit(split, (image) => sexOf(image) !== undefined).map(sexOf);
        return [sexes.filter((sex) => sex === 'F').length, sexes.filter((sex) => sex === 'M').length];
      }) as [[number, number], [number, number]];
      const sexP = fisherExactP(counts);
      if (sexP < significance) {
        defects.push(
          defect('SEX_DIFFERS_BY_SPLIT', {
            evidence: `${label}: ${counts[0][0]} women and ${counts[0][1]} men in ${one}, ${counts[1][0]} women and ${counts[1][1]} men in ${other}; Fisher ${pText(sexP)}.`,
            suggestion,
          }),
        );
      }
      return defects;
    });
  });
}

function tables({ release }: CheckContext): CheckTable[] {
  const cells = release.labels.flatMap((label) => splitNames.map((split) => ({ title: `${label} ${split}`, images: release.images.filter((image) => image.label === label && image.splits.includes(split)) })));
  const titles = cells.map((cell) => cell.title);
  const venues = [...groupBy(release.images, (image) => image.venue).keys()].toSorted();
  const years = [...new Set(release.images.map(yearOf))].toSorted((a, b) => (a ?? '~').localeCompare(b ?? '~'));
  return [
    {
      title: 'Images by source',
      note: 'Where each image was published, as far as names and metadata tell.',
      columns: ['source', ...titles],
      rows: venues.map((venue) => [venue, ...cells.map((cell) => cell.images.filter((image) => image.venue === venue).length)]),
    },
    {
      title: 'Images by year of the paper',
      note: 'As spelt by DOI or file name.',
      columns: ['year', ...titles],
      rows: years.map((year) => [year ?? 'unknown', ...cells.map((cell) => cell.images.filter((image) => yearOf(image) === year).length)]),
    },
    {
      title: 'Patients by age and sex',
      note: 'One count a patient; unknown ages and sexes left out.',
      columns: ['', ...titles],
      rows: [
        ['patients', ...cells.map((cell) => onePerPatient(cell.images, () => true).length)],
        ['with an age', ...cells.map((cell) => onePerPatient(cell.images, (image) => ageOf(image) !== undefined).length)],
        ['median age', ...cells.map((cell) => {
          const ages = onePerPatient(cell.images, (image) => ageOf(image) !== undefined).flatMap((image) => ageOf(image) ?? []);
          return ages.length === 0 ? null : median(ages);
        })],
        ...(['F', 'M'] as const).map((sex) => [sex === 'F' ? 'women' : 'men', ...cells.map((cell) => onePerPatient(cell.images, (image) => sexOf(image) !== undefined).filter((image) => sexOf(image) === sex).length)]),
        ['papers', ...cells.map((cell) => groupBy(cell.images, (image) => image.paper).size)],
      ],
    },
  ];
}

/** Age, sex, source, paper and year by class and split. */
export const balance: Check = {
  name: 'balance',
  title: 'Age, sex, source, paper and year by class and split',
  run: async (context) => ({ defects: [...sources(context), ...papers(context), ...demographics(context)], tables: tables(context) }),
};
