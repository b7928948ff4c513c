import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use up to 40 small letters, digits and dashes')
  .describe('a short name: small letters, digits and dashes');

const windowSchema = z
  .union([z.enum(['lung', 'mediastinum']), z.strictObject({ level: z.number(), width: z.number().positive() })])
  .describe('Hounsfield units that are shown: lung (−600, 1500), mediastinum (40, 400), or level and width');

/** A place of a finding, in shares of the picture. */
const placeSchema = z.strictObject({
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  radius: z.number().positive().max(1).describe('in shares of the width'),
});

const releaseCases = z.strictObject({
  source: z.literal('release'),
  track: z.enum(['legacy', 'clean']).default('legacy').describe('which lists the pictures are taken from'),
  part: z.string().optional().describe('a part of the track (train, val, test); all where absent'),
  perLabel: z.record(z.string(), z.int().min(2)).describe('how many pictures of each label'),
  onePer: z.enum(['image', 'patient', 'paper']).default('patient').describe('take at most one picture of each, so that cases are independent'),
  only: z.array(z.string()).optional().describe('choose among these file names alone'),
  without: z.array(z.string()).optional().describe('never choose these file names'),
  places: z.record(z.string(), z.array(placeSchema)).optional().describe('where the findings are, by file name; for scoring marks'),
});

const phantomCases = z.strictObject({
  source: z.literal('phantoms').describe('synthetic volumes, drawn by covid-ct; they show no one'),
  positives: z.int().min(2),
  negatives: z.int().min(2),
  slices: z.int().min(1).max(400).default(40),
  size: z.int().min(64).max(512).default(256),
});

const volumeCases = z.strictObject({
  source: z.literal('volumes'),
  volumes: z
    .array(
      z.strictObject({
        path: z.string().describe('a folder with one DICOM series, or a NIfTI file; relative to the plan'),
        positive: z.boolean(),
        slice: z.int().min(0).optional().describe('the slice that stands for the series, 0 nearest to the head; the middle one where absent'),
        places: z.array(placeSchema).optional(),
      }),
    )
    .min(4),
});

const stepSchema = z.strictObject({
  degradation: z.enum(['bit-depth', 'resolution', 'jpeg', 'window', 'blur', 'noise', 'crop', 'marks', 'phone-photo']).describe('as covid-ct robustness has them'),
  strength: z.number().min(0).max(1).describe('0 nothing, 1 the worst'),
});

const paperSchema = z.strictObject({
  side: z.int().min(64).max(2048).optional().describe('scale the slice down so that its shorter side has so many pixels'),
  quality: z.int().min(1).max(100).optional().describe('then save it as JPEG of this quality'),
  photo: z.number().min(0).max(1).optional().describe('then photograph it from a screen, simulated, at this strength'),
});

const armSchema = z.strictObject({
  id: name,
  title: z.string().optional().describe('what it is called in reports; readers never see it'),
  view: z.enum(['picture', 'slice', 'series']).default('picture').describe('picture: a picture of the release; slice, series: of a volume'),
  window: windowSchema.optional().describe('of slices and series; the lung window where absent'),
  hounsfield: z.boolean().default(false).describe('keep Hounsfield units, so that the reader can change the window; else the window is burnt into 8 bits'),
  steps: z.array(stepSchema).default([]),
  paper: paperSchema.optional().describe('make of a slice what a paper would print of it'),
});

const ratingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('scale'), lowest: z.int().default(1), highest: z.int().default(5), labels: z.array(z.string()).optional() }),
  z.strictObject({ kind: z.literal('percent').describe('0 to 100') }),
  z.strictObject({ kind: z.literal('yes-no').describe('yes or no, with confidence of 1 to the number of levels; kept as a number below or above 0'), levels: z.int().min(1).max(5).default(3) }),
]);

/** A plan of a reading study, as it is written. */
export const planSchema = z.strictObject({
  covidCtStudy: z.literal(1).describe('version of this layout'),
  id: name,
  title: z.string().min(1),
  question: z.string().min(1).describe('what the study asks, in one sentence'),
  instructions: z.string().default('Rate how likely it is that the picture shows signs of COVID-19.').describe('shown to readers before they begin'),
  seed: z.int().min(0).max(2 ** 31 - 1),
  positive: z.string().default('COVID').describe('the label that is looked for'),
  cases: z.discriminatedUnion('source', [releaseCases, phantomCases, volumeCases]),
  practice: z.int().min(0).max(20).default(0).describe('cases to practise on first, which are not analysed'),
  canvas: z.int().min(128).max(2048).default(768).describe('every picture is shown on a square of so many pixels, so that its size tells nothing'),
  arms: z.array(armSchema).min(1).max(12),
  reference: name.optional().describe('the arm that the others are compared with; the first where absent'),
  design: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fully-crossed').describe('every reader reads every case in every arm; arms are mixed within a session'), washOutDays: z.number().min(0) }),
    z.strictObject({ kind: z.literal('crossover').describe('every reader reads every case in every arm, one arm a session, in balanced order'), washOutDays: z.number().min(0) }),
    z.strictObject({ kind: z.literal('split-plot').describe('readers in groups, each group with cases of its own, fully crossed within'), washOutDays: z.number().min(0), groups: z.int().min(2) }),
  ]),
  rating: ratingSchema,
  positiveFrom: z.number().optional().describe('ratings from here on count as positive; the middle of the scale where absent'),
  questions: z.array(z.strictObject({ id: name, text: z.string(), options: z.array(z.string()).min(2) })).default([]).describe('asked beside the rating'),
  marks: z.int().min(0).max(10).default(0).describe('how many places a reader may mark in a picture'),
  readers: z.array(z.strictObject({ id: name, experience: z.string().default('') })).min(1),
  back: z.boolean().default(false).describe('whether confirmed answers may be revised; both are kept'),
  screen: z.strictObject({ width: z.int().default(1280), height: z.int().default(720) }).prefault({}).describe('the least window, in pixels, that a reader must declare'),
  analysis: z
    .strictObject({
      inference: z.enum(['random', 'fixed-readers', 'fixed-cases']).default('random'),
      confidence: z.number().min(0.5).max(0.999).default(0.95),
      nonInferiorityMargin: z.number().positive().max(0.5).optional().describe('in AUC: another arm than the reference may be worse by less than this'),
      equivalenceMargin: z.number().positive().max(0.5).optional(),
    })
    .prefault({}),
});

/** A checked plan with its defaults filled in. */
export type StudyPlan = z.infer<typeof planSchema>;
/** One arm of a plan. */
export type PlanArm = StudyPlan['arms'][number];
