import { quantile } from '../../statistics/index.ts';
import { defect, type DefectCode } from '../codes.ts';
import { count } from '../../base/index.ts';
import { groupBy } from '../grouping.ts';
import { measurements, type Measurement } from '../measurements.ts';
import type { QualityMeasures } from '../quality-measures.ts';
import type { Check, CheckTable, Defect } from '../types.ts';

interface Rule {
  readonly code: DefectCode;
  /** What is measured, as evidence names it. */
  readonly measure: string;
  readonly value: (quality: QualityMeasures) => number;
  readonly isBad: (value: number) => boolean;
  /** The bound, as evidence names it. */
  readonly bound: string;
  readonly digits: number;
  readonly advice: string;
}

const shorterSide = (quality: QualityMeasures): number => Math.min(quality.width, quality.height);
const aspect = (quality: QualityMeasures): number => quality.width / quality.height;

/**
 * The bounds were set by looking at the ends of each distribution over the 746 images of COVID-CT-Dataset; what lies
 * beyond them was seen to be as said. `docs/AUDIT.md` holds the distributions.
 */
const rules: readonly Rule[] = [
  // Networks take 224 pixels: below 100 more than half of what they see is made up by the enlargement.
  { code: 'IMAGE_TOO_SMALL', measure: 'shorter side in pixels', value: shorterSide, isBad: (value) => value < 100, bound: 'below 100', digits: 0, advice: 'Take the figure from the publisher in full size, or leave it out.' },
  // In a lung window the mean is between 80 and 200; below 45 all were bone or mediastinal windows, whose lungs are black.
  { code: 'IMAGE_TOO_DARK', measure: 'mean gray of 255', value: (quality) => quality.mean, isBad: (value) => value < 45, bound: 'below 45', digits: 0, advice: 'Lesions cannot be seen in it: leave it out, or take the slice in a lung window.' },
  // Soft tissue is white in a narrow lung window, half of the picture at most; above that margins or windows went wrong.
  { code: 'IMAGE_TOO_BRIGHT', measure: 'share of white pixels', value: (quality) => quality.white, isBad: (value) => value > 0.6, bound: 'above 0.60', digits: 2, advice: 'Crop the margin, or take the slice in a wider window.' },
  // 0.25 is a ramp; a sharp CT has 0.35 to 0.6 at its own size. At 0.30 all that was seen had been enlarged.
  { code: 'IMAGE_BLURRED', measure: 'sharpness (0.25 is a smooth ramp)', value: (quality) => quality.sharpness, isBad: (value) => value < 0.3, bound: 'below 0.300', digits: 3, advice: 'It was enlarged or blurred before publication; treat its size as smaller than it says.' },
  // An axial slice of a chest is 1.2 to 1.6 times as wide as it is high; 2 means that lung was cut off, or several panels.
  { code: 'IMAGE_ODD_ASPECT', measure: 'width by height', value: aspect, isBad: (value) => value > 2 || value < 0.75, bound: 'above 2.00 or below 0.75', digits: 2, advice: 'Look whether lung was cut off: squeezing it to a square distorts it.' },
  // A CT with tissue has 4.2 bits or more; below 3.5 nearly all pixels share a few levels.
  { code: 'IMAGE_LOW_INFORMATION', measure: 'entropy in bits', value: (quality) => quality.entropy, isBad: (value) => value < 3.5, bound: 'below 3.50', digits: 2, advice: 'Little of it is tissue: crop it, or leave it out.' },
  // 0.3 % of the pixels is a thin circle or one red letter; JPEG's tint of gray edges stays below.
  { code: 'IMAGE_COLOURED', measure: 'share of coloured pixels', value: (quality) => quality.coloured, isBad: (value) => value > 0.003, bound: 'above 0.003', digits: 3, advice: 'Boxes, circles and arrows point at lesions: a model can learn them. Leave it out, or find it without them.' },
];

function distribution(measured: readonly Measurement[], labels: readonly string[]): CheckTable {
  return {
    title: 'Quality by class',
    note: 'The 5th percentile, the median and the 95th of each measure.',
    columns: ['measure', 'bad when', ...labels.flatMap((label) => [`${label} 5 %`, 'median', '95 %'])],
    rows: rules.map((rule) => [
      rule.measure,
      rule.bound,
      ...labels.flatMap((label) => {
        const values = measured.filter((one) => one.image.label === label).map((one) => rule.value(one.quality)).toSorted((a, b) => a - b);
        return values.length === 0 ? [null, null, null] : [0.05, 0.5, 0.95].map((p) => Number(quantile(values, p).toFixed(rule.digits)));
      }),
    ]),
  };
}

/** Pictures that are too small, dark, bright, blurred, odd in shape, empty or coloured: one defect a kind and label. */
export const quality: Check = {
  name: 'quality',
  title: 'Pictures too small, dark, bright, blurred, odd in shape, empty or coloured',
  run: async (context) => {
    const measured = await measurements(context);
    const defects: Defect[] = rules.flatMap((rule) => {
      const bad = measured.filter((one) => rule.isBad(rule.value(one.quality)));
      return [...groupBy(bad, (one) => one.image.label)].map(([label, members]) => {
        const values = members.map((one) => `${context.nameOf(one.image)} ${rule.value(one.quality).toFixed(rule.digits)}`);
        const shown = values.slice(0, 6).join(', ');
        return defect(rule.code, {
          images: members.map((one) => context.nameOf(one.image)),
          patients: members.flatMap((one) => one.image.patient ?? []),
          papers: members.flatMap((one) => one.image.paper ?? []),
          evidence: `${count(members.length, 'image')} of ${label} with ${rule.measure} ${rule.bound}: ${shown}${values.length > 6 ? ` and ${values.length - 6} more` : ''}.`,
          suggestion: { action: 'look', what: rule.advice },
        });
      });
    });
    return { defects, tables: [distribution(measured, context.release.labels)] };
  },
};
