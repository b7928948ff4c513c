import { z } from 'zod';
import type { Audit } from './audit.ts';
import { defectCodes, type DefectCode } from './codes.ts';
import { checkNames, type Suggestion } from './types.ts';

const codes = Object.keys(defectCodes) as [DefectCode, ...DefectCode[]];
const names = z.array(z.string()).readonly();

const suggestionSchema: z.ZodType<Suggestion> = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('quarantine'), images: names }).describe('Leave these images out.'),
  z.strictObject({ action: z.literal('relabel'), images: names, label: z.string() }).describe('Give these images this label.'),
  z.strictObject({ action: z.literal('regroup'), images: names }).describe('Keep these images on one side of a split.'),
  z.strictObject({ action: z.literal('look'), what: z.string() }).describe('A person must look; this says at what.'),
]);

const defectSchema = z.strictObject({
  code: z.enum(codes).describe('What kind of defect; docs/AUDIT.md lists all.'),
  check: z.enum(checkNames).describe('The check that found it.'),
  severity: z.enum(['error', 'warning', 'note']).describe('error: figures made with it cannot be trusted; warning: look at it; note: good to know.'),
  images: names.describe('Names as in the name lists; <label>/<name> where two labels share a name.'),
  patients: names.describe('Patient IDs concerned.'),
  papers: names.describe('Papers concerned: DOI in lower case, else the stem of the file names.'),
  evidence: z.string().describe('One sentence with the evidence.'),
  suggestion: suggestionSchema.describe('What to do about it.'),
});

const tableSchema = z.strictObject({
  title: z.string(),
  note: z.string(),
  columns: z.array(z.string()).readonly(),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()])).readonly()).readonly(),
});

/** The JSON form of an audit: `audit.json`, and what `audit --json` prints. */
export const auditDocumentSchema = z
  .strictObject({
    format: z.literal('covid-ct audit 1').describe('The name and version of this format.'),
    version: z.string().describe('The version of covid-ct that made it.'),
    notice: z.string(),
    release: z.strictObject({
      name: z.string(),
      layout: z.enum(['upstream', 'imagefolder', 'csv']),
      synthetic: z.boolean().describe('True for the embedded sample, which is drawn and not real.'),
      labels: names.describe('The positive label first.'),
      images: z.int().nonnegative(),
    }),
    seed: z.int().describe('The seed of whatever draws by chance.'),
    seconds: z.number().nonnegative(),
    defects: z.array(defectSchema).readonly(),
    checks: z
      .array(
        z.strictObject({
          check: z.enum(checkNames),
          title: z.string(),
          defects: z.int().nonnegative(),
          seconds: z.number().nonnegative(),
          tables: z.array(tableSchema).readonly(),
        }),
      )
      .readonly()
      .describe('The checks that ran, in their order, with what they counted.'),
    duplicateGroups: z.array(names).readonly().describe('Groups of names that show the same picture.'),
  })
  .describe('What covid-ct audit found in a release. For research, never for diagnosis.');

/** The JSON form of an audit. */
export type AuditDocument = z.infer<typeof auditDocumentSchema>;

/** Said in every document that the audit writes. */
export const auditNotice =
  "For research, never for diagnosis. The images' copyright stays with the authors and publishers of their papers; their licence is unknown unless shown.";

/**
 * The JSON form of an audit.
 * @param version the version of covid-ct that made it
 */
export function toAuditDocument(audit: Audit, version: string): AuditDocument {
  const { release, seed, seconds, defects, checks, duplicateGroups } = audit;
  return auditDocumentSchema.parse({ format: 'covid-ct audit 1', version, notice: auditNotice, release, seed, seconds, defects, checks, duplicateGroups });
}

/** The published JSON Schema (draft 2020-12) of {@link auditDocumentSchema}; `docs/schemas/audit.schema.json` holds it. */
export function auditJsonSchema(): object {
  return z.toJSONSchema(auditDocumentSchema, { target: 'draft-2020-12' });
}
