import type { ReleaseClaims, SplitName } from '../types.ts';
import type { PlantedDefect, SampleDrawing, SampleImage } from './types.ts';

/**
 * What is in the sample: each picture, patient, paper and caption, and each planted defect, once. All of it is invented and
 * says so: papers are dated on the 30th of February or carry ISSN 0000-0000, captions begin with "Synthetic".
 */
export interface SamplePlan {
  /** In the order of the published lists and tables. */
  readonly images: readonly SampleImage[];
  readonly planted: readonly PlantedDefect[];
  readonly claims: ReleaseClaims;
}

const papers = {
  /** Gives a fourth of the positive training pictures. */
  large: '2020.02.30.20000001',
  captions: '2020.02.30.20000002',
  patients: 'PIIS0000000020000010',
  quality: 'bmj.z00001',
  files: 'synthetic-journal-of-phantoms-7',
  copies: '2020.02.30.20000003',
  straddling: '2020.02.30.20000004',
  twice: '2020.02.30.20000005',
  firstOfTwo: '2020.02.30.20000006',
  secondOfTwo: '2020.02.30.20000007',
  validation: '2020.02.30.000001',
  test: 'PIIS0000000020000022',
} as const;

type Paper = keyof typeof papers;

/** The DOI cells; 10.0000 is given to nobody. */
const dois: Readonly<Record<Paper, string>> = {
  large: '10.1101/2020.02.30.20000001',
  captions: '10.1101/2020.02.30.20000002',
  patients: '10.1016/S0000-0000(20)00001-0',
  quality: '10.1136/bmj.z00001',
  files: '10.0000/synthetic.7',
  copies: '10.1101/2020.02.30.20000003',
  straddling: '10.1101/2020.02.30.20000004',
  twice: '10.1101/2020.02.30.20000005',
  firstOfTwo: '10.1101/2020.02.30.20000006',
  secondOfTwo: '10.1101/2020.02.30.20000007',
  validation: '10.1101/2020.02.30.000001',
  test: '10.1016/S0000-0000(20)00002-2',
};

/** What differs from one positive picture to the next. */
interface Positive {
  readonly paper: Paper;
  readonly patient: number;
  readonly split: SplitName;
  readonly alsoIn?: SplitName;
  readonly unlisted?: boolean;
  /** Number of the PDF object, on page 12; the next one, on a page of the patient's, where absent. */
  readonly xref?: number;
  readonly panel?: number;
  readonly drawing?: Partial<SampleDrawing>;
  readonly cells?: Readonly<Record<string, string | number>>;
  readonly rowName?: (name: string) => string;
  readonly rows?: 0 | 1 | 2;
  readonly plants?: readonly (readonly [code: string, why: string])[];
}

/** Train patients are young and mostly women, test patients old and mostly men: planted. Validation has of each. */
function person(split: SplitName, patient: number): { readonly Age: number; readonly Gender: 'F' | 'M' } {
  if (split === 'train') return { Age: 28 + ((7 * patient) % 23), Gender: patient % 9 === 4 ? 'M' : 'F' };
  if (split === 'test') return { Age: 63 + ((5 * patient) % 17), Gender: patient % 9 === 4 ? 'F' : 'M' };
  return { Age: patient % 2 === 0 ? 34 + (patient % 9) : 66 + (patient % 9), Gender: patient % 4 < 2 ? 'F' : 'M' };
}

/** The plan as it grows: pictures, and the defects planted with them. */
class Builder {
  readonly images: SampleImage[] = [];
  readonly planted: PlantedDefect[] = [];
  readonly #seed: number;
  #xref = 10;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Notes a defect; names are sorted, as in the audit's own. */
  plant(code: string, images: readonly string[], why: string): void {
    this.planted.push({ code, images: images.toSorted(), why });
  }

  add(image: SampleImage): string {
    this.images.push(image);
    return image.name;
  }

  /** A phantom of its own for each picture, so that none looks like another by accident. */
  phantom(): number {
    return this.#seed * 1000 + this.images.length;
  }

  positive(of: Positive): string {
    this.#xref += 3;
    const page = of.xref === undefined ? 4 + (of.patient % 20) : 12;
    const figure = `${papers[of.paper]}-p${page}-${of.xref ?? this.#xref}`;
    const name = `${figure}${of.panel === undefined ? '' : `%${of.panel}`}.png`;
    for (const [code, why] of of.plants ?? []) this.plant(code, [name], why);
    const splits = of.unlisted === true ? [] : of.alsoIn === undefined ? [of.split] : [of.split, of.alsoIn];
    return this.add({
      label: 'COVID',
      name,
      splits,
      patient: `Patient ${of.patient}`,
      drawing: { phantom: this.phantom(), lesions: 'opacities', ...of.drawing },
      cells: {
        'Patient ID': `Patient ${of.patient}`,
        ...person(of.split, of.patient),
        Location: 'Nowhere (synthetic)',
        DOI: dois[of.paper],
        Captions: `Synthetic figure ${of.xref ?? this.#xref}. Hazy opacities drawn in the outer lung; COVID-19 type.`,
        ...of.cells,
      },
      ...(of.rowName === undefined ? {} : { rowName: of.rowName(name) }),
      ...(of.rows === undefined ? {} : { rows: of.rows }),
    });
  }

  negative(name: string, patient: string, split: SplitName, extra: Partial<Pick<SampleImage, 'rows'>> & { readonly caption?: string; readonly drawing?: Partial<SampleDrawing> } = {}): string {
    return this.add({
      label: 'NonCOVID',
      name,
      splits: [split],
      patient,
      drawing: { phantom: this.phantom(), lesions: 'nodules', ...extra.drawing },
      cells: { 'patient id': patient, captions: extra.caption ?? `Synthetic slice ${name.replace(/\..*$/, '')}. Round nodules drawn in the lung.` },
      ...(extra.rows === undefined ? {} : { rows: extra.rows }),
    });
  }
}

function plantCaptions(plan: Builder, first: number): number {
  const cases: readonly (readonly [string, string, Readonly<Record<string, string>>, SampleDrawing['lesions']])[] = [
    ['CAPTION_CONTROL', 'the caption calls it a control', { Captions: 'Synthetic figure. Drawn slice of a healthy volunteer.' }, 'none'],
    ['CAPTION_OTHER_DISEASE', 'the caption gives bacterial pneumonia', { Captions: 'Synthetic figure. Drawn slice with bacterial pneumonia.' }, 'opacities'],
    ['CAPTION_NO_LESION', 'the caption says that nothing is to be seen', { Captions: 'Synthetic figure. The drawn slice shows no abnormal findings.' }, 'none'],
    ['CAPTION_TOO_EARLY', 'the caption dates it to March 2018', { Captions: 'Synthetic figure. Hazy opacities, drawn as if scanned in March 2018.' }, 'opacities'],
    ['CAPTION_MIXED_GROUPS', 'the caption covers two diseases', { Captions: 'Synthetic figure. Drawn slices with COVID-19 and with bacterial pneumonia.' }, 'opacities'],
    ['CAPTION_LESION_RESOLVED', 'the caption says that the lesions are gone', { Captions: 'Synthetic figure. The drawn opacities have completely disappeared at follow-up.' }, 'none'],
    ['CELL_OTHER_DISEASE', 'the column of other diseases says tuberculosis', { 'Other diseases': 'tuberculosis' }, 'opacities'],
  ];
  cases.forEach(([code, why, cells, lesions], i) => plan.positive({ paper: 'captions', patient: first + i, split: 'train', cells, drawing: { lesions }, plants: [[code, why]] }));
  return first + cases.length;
}

function plantPatients(plan: Builder, first: number): number {
  const common = { paper: 'patients', split: 'train' } as const;
  const shared = { Captions: 'Synthetic figure 900. Drawn opacities of COVID-19 type in several phantoms.' };
  plan.plant('CAPTION_SHARED_BY_PATIENTS', [0, 1, 2].map((i) => plan.positive({ ...common, patient: first + i, cells: shared })), 'one caption for three patient IDs');
  const one = { Captions: 'Synthetic figure 901. Two slices, drawn as if of a 44-year-old woman with COVID-19.' };
  plan.plant('PATIENT_SPLIT_INTO_IDS', [3, 4].map((i) => plan.positive({ ...common, patient: first + i, cells: one })), 'a caption of one woman under two patient IDs');
  plan.plant('PATIENT_AGE_CONTRADICTS', [34, 61].map((Age) => plan.positive({ ...common, patient: first + 5, cells: { Age } })), 'one patient is 34 and 61');
  plan.plant('PATIENT_SEX_CONTRADICTS', ['F', 'M'].map((Gender) => plan.positive({ ...common, patient: first + 6, cells: { Gender } })), 'one patient is F and M');
  return first + 7;
}

function plantQuality(plan: Builder, first: number): number {
  const cases: readonly (readonly [string, string, Partial<SampleDrawing>])[] = [
    ['IMAGE_TOO_SMALL', '88 pixels wide', { width: 88 }],
    ['IMAGE_TOO_DARK', 'darkened', { flaw: 'dark' }],
    ['IMAGE_TOO_BRIGHT', 'a wide margin of white paper', { flaw: 'margin' }],
    ['IMAGE_BLURRED', 'made small and large again', { flaw: 'blurred' }],
    ['IMAGE_ODD_ASPECT', 'cut to a band', { flaw: 'band' }],
    ['IMAGE_LOW_INFORMATION', 'reduced to few gray levels', { flaw: 'posterised' }],
    ['IMAGE_COLOURED', 'a red arrow', { flaw: 'arrow' }],
  ];
  cases.forEach(([code, why, drawing], i) => plan.positive({ paper: 'quality', patient: first + i, split: 'train', drawing, plants: [[code, why]] }));
  return first + cases.length;
}

function plantFiles(plan: Builder, first: number): number {
  const common = { paper: 'files', split: 'train' } as const;
  plan.positive({ ...common, patient: first, panel: 1, rowName: (name) => name.replace('%', '_').replace('.png', ''), plants: [['METADATA_NAME_DIFFERS', 'the row writes _ for % and no extension']] });
  plan.positive({ ...common, patient: first + 1, rows: 2, plants: [['METADATA_ROW_TWICE', 'two rows for one picture']] });
  plan.positive({
    ...common,
    patient: first + 2,
    cells: { Age: 'as old as the hills' },
    plants: [
      ['METADATA_CELL_UNREADABLE', 'an age that is none'],
      ['METADATA_CELLS_MISSING', 'and so no age'],
    ],
  });
  plan.positive({ ...common, patient: first + 3, cells: { Severity: 'same as above' }, plants: [['METADATA_CELL_ODD', '"same as above"']] });
  // Its name is written into the train list twice by `listsOf`.
  plan.positive({ ...common, patient: first + 4, xref: listedTwice, plants: [['FILE_LISTED_TWICE', 'twice in the train list']] });
  plan.positive({ ...common, patient: first + 5, drawing: { cut: true }, plants: [['FILE_UNREADABLE', 'the file is cut in half']] });
  plan.positive({ ...common, patient: first + 6, drawing: { asJpeg: true }, plants: [['FILE_EXTENSION_WRONG', 'JPEG named .png']] });
  plan.positive({ ...common, patient: first + 7, unlisted: true, plants: [['FILE_UNLISTED', 'in no list']] });
  return first + 8;
}

/** PDF object of the picture that the train list names twice. */
export const listedTwice = 9000;

/** Pictures that the tables or lists name and that are not there. */
export const ghosts = { listed: '190.png', row: '2020.02.30.20000002-p9-9999.png' } as const;

/**
 * Plans the sample.
 * @param seed of the phantoms; names, tables and planted defects are the same for each
 */
export function planSample(seed: number): SamplePlan {
  const plan = new Builder(seed);
  const common = { split: 'train' } as const;

  const large = Array.from({ length: 13 }, (_, i) => plan.positive({ ...common, paper: 'large', patient: 1 + (i % 11) }));
  let next = plantCaptions(plan, 12);
  next = plantPatients(plan, next);
  next = plantQuality(plan, next);
  next = plantFiles(plan, next);

  const original = plan.positive({ ...common, paper: 'copies', patient: next });
  const copy = plan.positive({ ...common, paper: 'copies', patient: next, drawing: { copyOf: `COVID/${original}`, alteration: 'rescale' } });
  plan.plant('DUPLICATE', [original, copy], 'one picture twice, rescaled');
  const slice = plan.positive({ ...common, paper: 'copies', patient: next + 1, drawing: { phantom: seed * 1000 + 900 } });
  const above = plan.positive({ ...common, paper: 'copies', patient: next + 1, drawing: { phantom: seed * 1000 + 900, slice: 12 } });
  plan.plant('ADJACENT_SLICES', [slice, above], 'two slices of one phantom, 12 mm apart');
  const opposed = plan.positive({ ...common, paper: 'copies', patient: next + 2 });
  const reused = plan.positive({ ...common, paper: 'copies', patient: next + 3 });
  const panel = plan.positive({ ...common, paper: 'straddling', patient: next + 4, xref: 8000, panel: 1 });
  plan.positive({ ...common, paper: 'twice', patient: next + 5, alsoIn: 'val', plants: [['FILE_IN_TWO_SPLITS', 'in the lists of train and val']] });
  const straddler = next + 6;
  const early = plan.positive({ ...common, paper: 'firstOfTwo', patient: straddler });
  const lastTrain = straddler;

  for (let i = 0; i < 7; i++) plan.positive({ paper: 'validation', patient: lastTrain + 1 + (i % 5), split: 'val' });
  const lastVal = lastTrain + 5;

  const late = plan.positive({ paper: 'secondOfTwo', patient: straddler, split: 'test', cells: person('train', straddler) });
  plan.plant('PATIENT_ACROSS_SPLITS', [early, late], 'one patient in train and test');
  plan.plant('PATIENT_IN_TWO_PAPERS', [early, late], 'of two papers');
  plan.plant('PATIENT_OUTSIDE_CLAIMED_SPLIT', [late], 'numbered as a train patient, listed in test');
  // The first number after validation is left out.
  const missing = lastVal + 1;
  plan.plant('PATIENT_NUMBER_GAP', [], `Patient ${missing} is left out`);
  const firstTest = missing + 1;
  for (let i = 0; i < 9; i++) plan.positive({ paper: 'test', patient: firstTest + (i % 8), split: 'test' });
  const otherPanel = plan.positive({ paper: 'straddling', patient: firstTest + 8, split: 'test', xref: 8000, panel: 2 });
  plan.plant('PAPER_ACROSS_SPLITS', [panel, otherPanel], 'one paper in train and test');
  plan.plant('FIGURE_ACROSS_SPLITS', [panel, otherPanel], 'two panels of one figure');
  const reuse = plan.positive({ paper: 'secondOfTwo', patient: firstTest + 9, split: 'test', drawing: { copyOf: `COVID/${reused}`, alteration: 'crop' } });
  plan.plant('DUPLICATE', [reused, reuse], 'one picture twice, cropped');
  plan.plant('DUPLICATE_ACROSS_SPLITS', [reused, reuse], 'and in train and test');
  const lastTest = firstTest + 9;

  plantNegatives(plan, opposed);

  plan.plant('PAPER_DOMINATES', large, 'one paper gives a fourth of the positive training pictures');
  plan.plant('FILE_MISSING', [ghosts.listed], 'a list names a picture that is not there');
  plan.plant('FILE_PROBLEM', [], 'a text file among the pictures');
  plan.plant('METADATA_ROW_WITHOUT_IMAGE', [ghosts.row], 'a row names a picture that is not there');
  plan.plant('METADATA_PROBLEM', [], 'a blank row');
  plan.plant('METADATA_COLUMN_ABSENT', [], 'no age, sex or DOI for the negative class');
  for (const code of ['HEADER', 'BORDER', 'COLOUR', 'MARKS']) plan.plant(`SHORTCUT_${code}`, [], 'mode, window, tint and letters differ by class');
  plan.plant('SOURCE_TELLS_LABEL', [], 'no source gives both labels');
  plan.plant('AGE_DIFFERS_BY_SPLIT', [], 'test patients are older than train patients');
  plan.plant('SEX_DIFFERS_BY_SPLIT', [], 'train patients are mostly women, test patients mostly men');
  plan.plant('PATIENT_COUNT_DIFFERS', [], 'one more patient is claimed');
  plan.plant('IMAGE_COUNT_DIFFERS', [], 'one more negative picture is claimed');

  const countOf = (label: string): number => plan.images.filter((image) => image.label === label).length;
  return {
    images: plan.images,
    planted: plan.planted,
    claims: {
      images: { COVID: countOf('COVID'), NonCOVID: countOf('NonCOVID') + 1 },
      patients: lastTest,
      patientRanges: { train: [1, lastTrain], val: [lastTrain + 1, lastVal], test: [missing, lastTest] },
    },
  };
}

/** Pictures as upstream took them from a teaching archive (numbers, PNG) and from the web (numbers with panels, JPEG). */
function plantNegatives(plan: Builder, opposed: string): void {
  const shares: readonly (readonly [SplitName, number])[] = [['train', 12], ['val', 3], ['test', 6]];
  let [number, patient, crawled] = [100, 0, 0];
  for (const [split, count] of shares) {
    for (let i = 0; i < count; i++) plan.negative(`${++number}.png`, `medpix_patient_${++patient}`, split);
    for (let i = 0; i < count / 3; i++) {
      crawled += 1;
      for (const panel of [0, 1]) plan.negative(`${crawled}%${panel}.jpg`, `crawled_patient_${crawled}`, split);
    }
  }
  const says = plan.negative(`${++number}.png`, `medpix_patient_${++patient}`, 'train', { caption: `Synthetic slice ${number}. Drawn as COVID-19 pneumonia.`, drawing: { lesions: 'opacities' } });
  plan.plant('CAPTION_SAYS_POSITIVE', [says], 'the caption of a negative picture says COVID-19');
  const rowless = plan.negative(`${++number}.png`, '', 'train', { rows: 0 });
  plan.plant('METADATA_IMAGE_WITHOUT_ROW', [rowless], 'no row');
  for (const what of ['patient', 'caption']) plan.plant('METADATA_CELLS_MISSING', [rowless], `and so no ${what}`);
  const copy = plan.negative(`${++number}.png`, `medpix_patient_${++patient}`, 'train', { drawing: { copyOf: `COVID/${opposed}`, alteration: 'jpeg' } });
  plan.plant('DUPLICATE', [opposed, copy], 'one picture twice, gray and recompressed');
  plan.plant('DUPLICATE_OPPOSITE_LABELS', [opposed, copy], 'and under opposite labels');
}
