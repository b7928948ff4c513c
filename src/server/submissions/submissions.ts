import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CovidCtError, pathExists, sha256, type Workspace } from '../../base/index.ts';
import { findSubmissions, type RawPrediction, type Submission } from '../../benchmark/index.ts';
import { hasBothClasses, youdenThreshold } from '../../statistics/index.ts';
import type { ScoreTable } from '../images/scores.ts';
import type { IndexedRelease } from '../shelf/indexed-release.ts';

/** Where predictions come from: trained here, recorded with the project's results, or uploaded. */
export type SubmissionOrigin = 'run' | 'result' | 'upload';

/** Predictions that can be judged on a release. */
export interface SubmissionEntry {
  /** Stands in addresses. */
  readonly id: string;
  readonly name: string;
  readonly origin: SubmissionOrigin;
  readonly submission: Submission;
  /** An exported model stands beside the predictions. */
  readonly model: string | undefined;
  /** Scores of degraded test images that were recorded with a result. */
  readonly degraded: string | undefined;
  /** The track that it is judged on; of a table the one that it was uploaded for. */
  readonly track: 'legacy' | 'clean';
  /** Changes with the predictions. */
  readonly tag: string;
}

/** The submissions of a workspace. */
export interface Submissions {
  /** Those that are of this release's images. */
  list(indexed: IndexedRelease): Promise<readonly SubmissionEntry[]>;
  /** @throws CovidCtError NOT_FOUND */
  get(indexed: IndexedRelease, id: string): Promise<SubmissionEntry>;
  /** The test and validation scores by image. */
  scores(indexed: IndexedRelease, id: string): Promise<ScoreTable>;
  /** Where uploads of a release are kept. */
  uploadFolder(release: string): string;
}

/** The project's own results, in a checkout. */
const resultsFolder = fileURLToPath(new URL('../../../results', import.meta.url));

async function tagOf(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path);
  return sha256(`${path} ${mtimeMs} ${size}`).slice(0, 16);
}

async function toEntry(submission: Submission, origin: SubmissionOrigin): Promise<SubmissionEntry | undefined> {
  const file = await submission.file('test');
  if (file === undefined) return undefined;
  const model = join(submission.path, 'model.onnx');
  const degraded = join(dirname(submission.path), 'robustness', `${basename(submission.path)}.json`);
  const name = origin === 'upload' ? basename(submission.path).replace(/\.csv$/i, '') : submission.name;
  const uploadedFor = basename(dirname(submission.path)) === 'clean' ? 'clean' : 'legacy';
  const track = submission.run?.configuration.track.name ?? (origin === 'upload' ? uploadedFor : 'legacy');
  return { track, id: `${origin}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 80)}-${sha256(submission.path).slice(0, 6)}`, name, origin, submission, model: (await pathExists(model)) ? model : undefined, degraded: origin === 'result' && (await pathExists(degraded)) ? degraded : undefined, tag: await tagOf(file) };
}

async function found(folder: string, origin: SubmissionOrigin): Promise<SubmissionEntry[]> {
  if (!(await pathExists(folder))) return [];
  // A folder without any finished run is no fault here.
  const submissions = await findSubmissions([folder]).catch((error: unknown) => {
    if (error instanceof CovidCtError && error.code === 'NOT_FOUND') return [];
    throw error;
  });
  return (await Promise.all(submissions.map((submission) => toEntry(submission, origin)))).filter((entry) => entry !== undefined);
}

const finite = ({ score }: RawPrediction): boolean => Number.isFinite(score);

/** Opens the submissions of a workspace. */
export function openSubmissions(workspace: Workspace): Submissions {
  const fits = new Map<string, boolean>();
  const tables = new Map<string, ScoreTable>();
  const isOf = async (indexed: IndexedRelease, { submission, tag }: SubmissionEntry): Promise<boolean> => {
    const key = `${indexed.fingerprint} ${tag}`;
    const known = fits.get(key);
    if (known !== undefined) return known;
    const rows = await submission.rows('test').catch(() => []);
    const answer = rows.length > 0 && rows.every(({ image }) => indexed.byName(image) !== undefined);
    fits.set(key, answer);
    return answer;
  };
  const uploadFolder = (release: string): string => workspace.path('predictions', release);
  const list = async (indexed: IndexedRelease): Promise<readonly SubmissionEntry[]> => {
    const all = [...(await found(workspace.path('runs'), 'run')), ...(await found(resultsFolder, 'result')), ...(await found(uploadFolder(indexed.place.id), 'upload'))];
    const fitting = await Promise.all(all.map((entry) => isOf(indexed, entry)));
    return all.filter((_, i) => fitting[i] === true);
  };
  const get = async (indexed: IndexedRelease, id: string): Promise<SubmissionEntry> => {
    const entry = (await list(indexed)).find((one) => one.id === id);
    if (entry === undefined) throw new CovidCtError('NOT_FOUND', `${indexed.release.name} has no run or table of predictions ${JSON.stringify(id.slice(0, 100))}.`, { hint: 'The page Benchmark lists them.' });
    return entry;
  };
  const readScores = async (indexed: IndexedRelease, { submission }: SubmissionEntry): Promise<ScoreTable> => {
    const positive = indexed.release.labels[0] ?? '';
    const test = (await submission.rows('test')).filter(finite);
    const validation = (await submission.file('val')) === undefined ? [] : (await submission.rows('val')).filter(finite);
    const cases = validation.flatMap(({ image, score }) => {
      const label = indexed.byName(image)?.image.label;
      return label === undefined ? [] : [{ score, positive: label === positive }];
    });
    // As `covid-ct evaluate` chooses: by validation where there is one, else the half.
    const threshold = cases.length > 0 && hasBothClasses(cases) ? youdenThreshold(cases) : 0.5;
    const byId = new Map([...validation, ...test].flatMap(({ image, score }): [string, number][] => {
      const id = indexed.byName(image)?.image.id;
      return id === undefined ? [] : [[id, score]];
    }));
    return { byId, threshold, positive };
  };
  return {
    list, get, uploadFolder,
    async scores(indexed, id) {
      const entry = await get(indexed, id);
      const key = `${indexed.fingerprint} ${entry.tag}`;
      const table = tables.get(key) ?? (await readScores(indexed, entry));
      tables.set(key, table);
      return table;
    },
  };
}
