import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CovidCtError, ifThere } from '../../base/index.ts';
import { splitNames, type Release } from '../../release/index.ts';
import { categorySchema } from '../record.ts';
import { tombstoneSchema } from '../withdrawals.ts';

/** The name of the document in a release's folder. */
export const releaseFile = 'release.json';

const versionSchema = z.string().regex(/^\d+\.\d+\.\d+$/);

const changesSchema = z.strictObject({
  version: versionSchema,
  /** The day of the last decision that went in; not the day on which the files were written, which says nothing. */
  date: z.iso.date(),
  added: z.array(z.string()),
  removed: z.array(z.strictObject({ id: z.string(), why: z.string() })),
  moved: z.array(z.strictObject({ id: z.string(), from: z.string(), to: z.string() })),
  errata: z.int().min(0),
});
/** What one version changed. */
export type VersionChanges = z.infer<typeof changesSchema>;

/** What a release of covid-ct says of itself, beside upstream's files. */
export const releaseDocumentSchema = z.strictObject({
  format: z.literal('covid-ct release 1'),
  name: z.string(),
  version: versionSchema,
  date: z.iso.date(),
  /** The release that it grew out of: its version, and the fingerprint of its images. `null` for one made from nothing. */
  previous: z.strictObject({ version: versionSchema, name: z.string(), fingerprint: z.string() }).nullable(),
  images: z.array(
    z.strictObject({
      id: z.string(),
      sha256: z.string(),
      split: z.enum(splitNames).nullable(),
      /** As in the tables. */
      patient: z.string().nullable(),
      licence: z.string().nullable(),
      /** The version in which it came. */
      since: versionSchema,
      /** Of images that were reviewed here: the candidate, who decided with which qualification, the category, where the Hounsfield units are. */
      review: z
        .strictObject({
          candidate: z.string(),
          source: z.enum(['paper', 'submission']),
          decisions: z.array(z.strictObject({ by: z.string(), qualification: z.string().nullable(), when: z.iso.datetime() })),
          category: categorySchema.nullable(),
          hounsfield: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
  /** DOIs that are one paper. */
  samePapers: z.array(z.array(z.string())),
  retracted: z.array(z.strictObject({ doi: z.string(), why: z.string() })),
  tombstones: z.array(tombstoneSchema),
  /** Newest first. */
  history: z.array(changesSchema),
});
/** See {@link releaseDocumentSchema}. */
export type ReleaseDocument = z.infer<typeof releaseDocumentSchema>;

/** The version of a release that does not tell one: the published COVID-CT-Dataset has none. */
export const firstVersion = '1.0.0';

/**
 * What the release in a folder says of itself; `undefined` for one that covid-ct did not make.
 * @throws CovidCtError BAD_RELEASE for a document that cannot be read
 */
export async function readReleaseDocument(release: Release): Promise<ReleaseDocument | undefined> {
  const path = join(release.source, releaseFile);
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return releaseDocumentSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CovidCtError('BAD_RELEASE', `${path} cannot be read as what covid-ct release new wrote.`, { hint: 'Restore it, or make the release again.', cause: error });
  }
}
