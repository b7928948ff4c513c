import { z } from 'zod';
import { covidCtLabels, parseDoi } from '../../release/index.ts';
import { descriptionFields } from '../record.ts';

/** Cases that one submission may hold. */
export const mostCases = 500;
/** Bytes of one file of a submission. */
export const longestFile = 64 * 1024 * 1024;

const doi = z.string().max(300).refine((value) => parseDoi(value) !== undefined, 'is no DOI: 10.…/…').transform((value) => parseDoi(value) ?? value);
const words = z.string().max(2000).transform((value) => value.replaceAll(/[^\P{Cc}\n\t]/gu, '').trim());

/** One picture with what is said of it. Fields that are not known may be absent. */
export const caseSchema = z.strictObject({
  /** The picture's file, relative to the manifest; in a bundle `images/…`. */
  file: z.string().min(1).max(500),
  /** What it shows: a CT with findings of COVID-19, or one without. */
  label: z.enum(covidCtLabels),
  ...Object.fromEntries(Object.entries(descriptionFields).map(([name, schema]) => [name, schema.default(null)])) as { readonly [K in keyof typeof descriptionFields]: z.ZodDefault<(typeof descriptionFields)[K]> },
  /** What is written in the picture, where it names nobody: `side mark R, a scale`. Without it, a picture with writing is refused. */
  writing: words.nullable().default(null),
  /** Other DOIs of the same paper: its preprint, its journal version. */
  samePaper: z.array(doi).max(10).default([]),
  /** Whether there is no paper: then `source` says where the case comes from, and no DOI is asked. */
  unpublished: z.boolean().default(false),
});
/** See {@link caseSchema}. */
export type SubmittedCase = z.infer<typeof caseSchema>;

/** What whoever gives pictures must be able to say. */
export const attestationsSchema = z.strictObject({
  /** That nothing in files, pictures or words tells who a patient is. */
  deidentified: z.boolean(),
  /** By which consent or decision of an ethics board the pictures may be given; for published figures, that of the paper. */
  consent: words,
  /** By which right: own pictures, or the paper's licence. */
  rights: words,
});

/** The manifest of a submission: `manifest.json` of a bundle. */
export const submissionSchema = z.strictObject({
  format: z.literal('covid-ct submission 1'),
  contributor: z.strictObject({ name: words.transform((value) => value.replaceAll(/\s+/g, ' ')).refine((value) => value !== '', 'is empty'), email: z.email().nullable().default(null) }),
  attestations: attestationsSchema,
  cases: z.array(caseSchema).min(1).max(mostCases),
});
/** See {@link submissionSchema}. */
export type Submission = z.infer<typeof submissionSchema>;

/** The published JSON Schema of a submission's manifest. */
export function submissionJsonSchema(): object {
  return z.toJSONSchema(submissionSchema, { io: 'input' });
}
