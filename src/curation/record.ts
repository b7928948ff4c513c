import { z } from 'zod';
import { covidCtLabels, parseAge, parseDoi, parseSex } from '../release/index.ts';

/** Text without control characters: a terminal would obey them, and PostgreSQL holds no NUL. */
const text = (longest: number) => z.string().max(longest).transform((value) => value.replaceAll(/[^\P{Cc}\n\t]/gu, '').trim());
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Categories in which radiologists report how likely COVID-19 is; each with its published levels. */
export const categorySchemes = {
  /** Prokop et al., Radiology 2020;296:E97: 0 not interpretable, 1 very low … 5 very high, 6 proven by RT-PCR. */
  'CO-RADS': ['0', '1', '2', '3', '4', '5', '6'],
  /** Simpson et al., Radiology: Cardiothoracic Imaging 2020;2:e200152 (the RSNA's expert consensus). */
  RSNA: ['typical', 'indeterminate', 'atypical', 'negative'],
} as const;

export const categorySchema = z.union([
  z.strictObject({ scheme: z.literal('CO-RADS'), value: z.enum(categorySchemes['CO-RADS']) }),
  z.strictObject({ scheme: z.literal('RSNA'), value: z.enum(categorySchemes.RSNA) }),
]);
/** A radiologist's category. */
export type Category = z.infer<typeof categorySchema>;

/** What is said of a case: the columns of upstream's workbook, and what the guide asks beside them. */
export const descriptionFields = {
  /** As the contributor or the reviewer calls the patient; a release numbers patients anew. */
  patient: text(200).nullable(),
  /** In the form `10.…/…`. */
  doi: z.string().max(300).refine((value) => parseDoi(value) !== undefined, 'is no DOI: 10.…/…').transform((value) => parseDoi(value) ?? value).nullable(),
  caption: text(20_000).nullable(),
  /** SPDX identifier or address. */
  licence: text(300).nullable(),
  age: text(60).refine((value) => value === '' || parseAge(value) !== undefined, 'is no age: 41, 40-49, 40+, 8 months').nullable(),
  sex: text(20).refine((value) => value === '' || parseSex(value) !== undefined, 'is neither F nor M').nullable(),
  location: text(300).nullable(),
  history: text(2000).nullable(),
  /** Days since onset or admission, as upstream's column "Time". */
  time: text(60).nullable(),
  severity: text(200).nullable(),
  otherDiseases: text(2000).nullable(),
  /** What is to be seen, in words. */
  finding: text(2000).nullable(),
  /** Where the picture comes from: the hospital, the collection, the paper's title. */
  source: text(500).nullable(),
} as const;

export const descriptionSchema = z.strictObject(descriptionFields);
/** See {@link descriptionSchema}. */
export type Description = z.infer<typeof descriptionSchema>;

/** A description of which nothing is known. */
export const emptyDescription: Description = {
  patient: null, doi: null, caption: null, licence: null, age: null, sex: null, location: null, history: null, time: null, severity: null, otherDiseases: null, finding: null, source: null,
};

/** `[x, y, width, height]` in whole pixels. */
export const boxSchema = z.tuple([z.int().min(0), z.int().min(0), z.int().positive(), z.int().positive()]);
/** See {@link boxSchema}. */
export type Box = z.infer<typeof boxSchema>;

/** The picture of a candidate: an object of the workspace. */
export const pictureSchema = z.strictObject({
  sha256: hash,
  format: z.enum(['png', 'jpeg']),
  width: z.int().positive(),
  height: z.int().positive(),
});
/** See {@link pictureSchema}. */
export type CandidatePicture = z.infer<typeof pictureSchema>;

/** Where a candidate comes from. */
export const originSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('paper'),
    /** The paper's stem. */
    paper: z.string(),
    page: z.int().min(0),
    xref: z.int().nullable(),
    figure: z.string().nullable(),
    panel: boxSchema,
    /** The picture that `panel` lies in; candidates of before this was kept have none. */
    whole: pictureSchema.omit({ format: true }).optional(),
    selected: z.boolean(),
    reasons: z.array(z.string()),
    scores: z.record(z.string(), z.number()),
  }),
  z.strictObject({ kind: z.literal('submission'), submission: z.string(), contributor: z.string() }),
]);
/** See {@link originSchema}. */
export type Origin = z.infer<typeof originSchema>;

export const candidateRecordSchema = z.strictObject({
  /** File name in the release's grammar; made unique when a release is made. */
  name: z.string().min(1).max(200),
  /** `null`: nobody said; it must be said before the candidate is accepted. */
  label: z.enum(covidCtLabels).nullable(),
  picture: pictureSchema,
  /** The de-identified DICOM file with its Hounsfield units, and the window by which the picture was made. */
  hounsfield: z.strictObject({ sha256: hash, window: z.strictObject({ level: z.number(), width: z.number().positive() }) }).nullable(),
  category: categorySchema.nullable(),
  origin: originSchema,
  /** What a reviewer should know: odd marks, other submissions of the paper, pictures that look adjacent. */
  notes: z.array(z.string()),
  ...descriptionFields,
});
/** All that is known of a candidate: an image of the next release, if it is accepted. */
export type CandidateRecord = z.infer<typeof candidateRecordSchema>;

/** Fields that a reviewer may edit. */
export const editableSchema = candidateRecordSchema.pick({ name: true, label: true, category: true }).extend(descriptionFields).partial();
/** See {@link editableSchema}. */
export type Edits = z.infer<typeof editableSchema>;
