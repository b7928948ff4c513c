import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CovidCtError } from '../../base/index.ts';

/** Regular expressions of which any may hold; capitals do not matter. */
const anyOf = z
  .array(z.string())
  .min(1)
  .transform((patterns) => new RegExp(patterns.map((pattern) => `(?:${pattern})`).join('|'), 'i'));

const rulesSchema = z.strictObject({
  name: z.string(),
  /** Labels of the positive class, and what denies them. */
  knownLabels: anyOf,
  deniedLabels: anyOf,
  /** Year and month of the first cases; here in months since the year 0. */
  firstMonth: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .transform((text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1),
  /** Names of the positive disease. */
  disease: anyOf,
  /** Diseases that would explain the picture without the positive one; comorbidities that do not are left out. */
  otherDiseases: z.array(z.string()).transform((patterns) => patterns.map((pattern) => new RegExp(pattern, 'i'))),
  /** Words that say that both are in one patient. */
  bothDiseases: anyOf,
  /** Words before, and after, a term in its sentence that take it back. */
  negatedBefore: anyOf,
  negatedAfter: anyOf,
  /** Words before the positive disease's name that deny it. */
  deniedDiseaseBefore: anyOf,
  controls: anyOf,
  comparedBefore: anyOf,
  noLesion: anyOf,
  /** A part of the lungs after the words: the rest may well be diseased. */
  partOnly: anyOf,
  noChange: anyOf,
  resolved: anyOf,
  /** Captions of figures that hold right and wrong cases of a classifier, positive or not. */
  predictions: anyOf,
  /** Computed tomography, and what makes it one of another part of the body or another scanner. */
  ct: anyOf,
  otherRegions: anyOf,
  otherModalities: anyOf,
  /** Words that place a picture in the chest. */
  chest: anyOf,
  /** Signs that are described on CT alone. */
  ctSigns: anyOf,
  /** Figures that are no pictures of a patient: plots, diagrams, outputs of a model. */
  notPictures: anyOf,
});

/** What captions are read by: the words of a disease, its rivals, controls, normal and healed lungs, and of negation. */
export type CaptionRules = z.infer<typeof rulesSchema>;

/** Reads a rule file. @param source what to call it in a message @throws CovidCtError BAD_INPUT */
export function parseCaptionRules(text: string, source: string): CaptionRules {
  try {
    return rulesSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${source} is no file of caption rules.`, { hint: 'It has the shape of src/release/caption-rules/covid-19.json: lists of regular expressions by name.', cause: error });
  }
}

let covid: CaptionRules | undefined;

/** The rules that this project ships, for COVID-19 on chest CT. */
export function covidRules(): CaptionRules {
  const path = fileURLToPath(new URL('covid-19.json', import.meta.url));
  covid ??= parseCaptionRules(readFileSync(path, 'utf8'), path);
  return covid;
}
