import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CovidCtError } from '../../base/index.ts';
import { openZipFileTree, writeZip } from '../../release/index.ts';
import type { CheckedCase } from './check.ts';
import { longestFile, mostCases, submissionSchema, type Submission } from './schema.ts';

/** The manifest's name in a bundle. */
export const manifestName = 'manifest.json';

/** A bundle's content: the manifest, and each case's file by the name that it has there. */
export interface Bundle {
  readonly submission: Submission;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * What a bundle of checked cases holds: files without what tells who a patient is, under numbers, since file names may be names of
 * patients too.
 */
export function bundleOf(submission: Submission, cases: readonly CheckedCase[]): Bundle {
  const files = new Map<string, Uint8Array>();
  const renamed = cases.map(({ given, file }, i) => {
    const extension = file.hounsfield === null ? (file.format === 'jpeg' ? 'jpg' : 'png') : 'dcm';
    const name = `images/${String(i + 1).padStart(3, '0')}.${extension}`;
    files.set(name, file.hounsfield?.bytes ?? file.bytes);
    return { ...given, file: name };
  });
  return { submission: { ...submission, cases: renamed }, files };
}

/** Writes a bundle: a zip with a manifest. The same content gives the same bytes. The file is there whole or not at all. */
export async function writeBundle(path: string, { submission, files }: Bundle): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const manifest = Buffer.from(`${JSON.stringify(submission, null, 2)}\n`);
  const members = [{ path: manifestName, bytes: () => Promise.resolve(manifest) }, ...[...files].map(([name, bytes]) => ({ path: name, bytes: () => Promise.resolve(bytes) }))];
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeZip(temporary, undefined, members, true);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Parses a manifest. @throws CovidCtError BAD_INPUT, naming the field that is wrong */
export function parseSubmission(text: string, source: string): Submission {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${source} is not JSON.`, { hint: 'covid-ct contribute guide shows what a manifest looks like.', cause: error });
  }
  const parsed = submissionSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CovidCtError('BAD_INPUT', `${source}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is wrong'}.`, { hint: 'docs/schemas/submission.schema.json says what each field holds; covid-ct contribute guide shows an example.', cause: parsed.error });
}

/**
 * Reads a bundle that somebody sent. Nothing is extracted to disk.
 * @throws CovidCtError NOT_FOUND, BAD_ARCHIVE, BAD_INPUT, LIMIT_EXCEEDED
 */
export async function readBundle(path: string): Promise<Bundle> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isFile() !== true) throw new CovidCtError('NOT_FOUND', `There is no file ${path}.`, { hint: 'Name the .zip that covid-ct submit --bundle wrote, or the .eml that it came in.' });
  const tree = await openZipFileTree(path);
  try {
    if (tree.entry(manifestName) === undefined) throw new CovidCtError('BAD_INPUT', `${path} holds no ${manifestName}, and is no bundle of covid-ct.`, { hint: 'Ask for one made by covid-ct submit --bundle.' });
    if (tree.entries.length > mostCases + 1) throw new CovidCtError('LIMIT_EXCEEDED', `${path} holds ${tree.entries.length} files; a submission has at most ${mostCases} cases.`, { hint: 'Send it in parts.' });
    const large = tree.entries.find((entry) => entry.size > longestFile);
    if (large !== undefined) throw new CovidCtError('LIMIT_EXCEEDED', `${large.location} is larger than ${longestFile / 1024 / 1024} MB.`, { hint: 'Send single slices.' });
    const submission = parseSubmission(Buffer.from(await tree.read(manifestName)).toString('utf8'), `${path}!${manifestName}`);
    const files = new Map<string, Uint8Array>();
    for (const { file } of submission.cases) files.set(file, await tree.read(file));
    return { submission, files };
  } finally {
    await tree.close();
  }
}
