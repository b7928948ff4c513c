import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from '@hono/zod-openapi';
import { CovidCtError, pathExists, writeFileAtomic, type Workspace } from '../../base/index.ts';
import type { SubmittedFile } from '../../curation/index.ts';

const line = z.string().max(2000);

/** A case as it is being typed: everything text, nothing complete yet. */
export const draftCaseSchema = z.strictObject({
  /** A file of the draft: `images/001.png`. */
  file: z.string().regex(/^images\/[0-9]{3}\.(?:png|jpg|dcm)$/),
  label: z.enum(['', 'COVID', 'NonCOVID']),
  patient: line, doi: line, caption: z.string().max(20_000), licence: line, age: line, sex: line, location: line, history: line, time: line, severity: line, otherDiseases: line, finding: line, source: line,
  writing: line,
  /** DOIs of the same paper, parted by blanks. */
  samePaper: line,
  unpublished: z.boolean(),
}).openapi('DraftCase');

/** A submission as it is being typed. */
export const draftSchema = z.strictObject({
  contributor: z.strictObject({ name: line, email: line }),
  attestations: z.strictObject({ deidentified: z.boolean(), consent: line, rights: line }),
  cases: z.array(draftCaseSchema).max(500),
}).openapi('Draft');
/** See {@link draftSchema}. */
export type Draft = z.infer<typeof draftSchema>;

/** Bytes that the files of one draft may hold. */
const mostBytes = 512 * 1024 * 1024;

/** Submissions that are being typed, a folder each: what a page has sent is kept whatever happens to it. */
export interface Drafts {
  /** @throws CovidCtError NOT_FOUND */
  read(id: string): Promise<Draft>;
  write(id: string, draft: Draft): Promise<void>;
  /** Keeps a file that was read and freed of what tells who a patient is. @returns its name in the draft */
  addFile(id: string, file: SubmittedFile): Promise<string>;
  /** Where a file is that is submitted: PNG, JPEG, or the cleaned DICOM file. @throws ZodError for a name that is none of a draft's */
  pathOf(id: string, name: string): string;
  /** What is shown of it: PNG or JPEG. @throws CovidCtError NOT_FOUND */
  readPicture(id: string, name: string): Promise<{ readonly bytes: Uint8Array; readonly type: 'image/png' | 'image/jpeg' }>;
  removeFile(id: string, name: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The id of a draft, made by the page. */
export const draftId = z.string().regex(/^d-[0-9a-f]{16}$/, 'is no id of a draft');

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Opens the drafts of a workspace. */
export function openDrafts(workspace: Workspace): Drafts {
  const folderOf = (id: string): string => workspace.path('drafts', draftId.parse(id));
  const pathOf = (id: string, name: string): string => join(folderOf(id), draftCaseSchema.shape.file.parse(name));
  const missing = (what: string): CovidCtError => new CovidCtError('NOT_FOUND', `There is no ${what}.`, { hint: 'It may have been submitted, or removed in another window.' });
  /** Two files that come at once get different names. */
  let naming: Promise<unknown> = Promise.resolve();
  const readOr = async (path: string, what: string): Promise<Buffer> => {
    if (!(await pathExists(path))) throw missing(what);
    return readFile(path);
  };
  return {
    async read(id) {
      return draftSchema.parse(JSON.parse((await readOr(join(folderOf(id), 'draft.json'), `draft ${id}`)).toString('utf8')));
    },
    write: (id, draft) => writeFileAtomic(join(folderOf(id), 'draft.json'), `${JSON.stringify(draftSchema.parse(draft), null, 2)}\n`),
    addFile(id, { bytes, format, hounsfield }) {
      const add = async (): Promise<string> => {
        const folder = join(folderOf(id), 'images');
        await mkdir(folder, { recursive: true });
        if ((await sizeOf(folder)) + bytes.byteLength + (hounsfield?.bytes.byteLength ?? 0) > mostBytes) throw new CovidCtError('LIMIT_EXCEEDED', `The files of one submission may hold ${mostBytes / 1024 / 1024} MB together.`, { hint: 'Send it in parts.' });
        const taken = (await readdir(folder)).map((name) => Number.parseInt(name, 10));
        const number = String(Math.max(0, ...taken.filter(Number.isFinite)) + 1).padStart(3, '0');
        if (number.length > 3) throw new CovidCtError('LIMIT_EXCEEDED', 'A draft had 999 files already.', { hint: 'Begin another one.' });
        if (hounsfield !== null) {
          await writeFileAtomic(join(folder, `${number}.shown.png`), bytes);
          await writeFileAtomic(join(folder, `${number}.dcm`), hounsfield.bytes);
          return `images/${number}.dcm`;
        }
        const name = `${number}.${format === 'jpeg' ? 'jpg' : 'png'}`;
        await writeFileAtomic(join(folder, name), bytes);
        return `images/${name}`;
      };
      const added = naming.then(add, add);
      naming = added.catch(() => undefined);
      return added;
    },
    pathOf,
    async readPicture(id, name) {
      const path = pathOf(id, name);
      const bytes = await readOr(path.replace(/\.dcm$/, '.shown.png'), `file ${name} in this draft`);
      return { bytes, type: name.endsWith('.jpg') ? 'image/jpeg' : 'image/png' };
    },
    async removeFile(id, name) {
      const path = pathOf(id, name);
      await rm(path, { force: true });
      if (path.endsWith('.dcm')) await rm(path.replace(/\.dcm$/, '.shown.png'), { force: true });
    },
    remove: (id) => rm(folderOf(id), { recursive: true, force: true }),
  };
}
