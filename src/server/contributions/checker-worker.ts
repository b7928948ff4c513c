import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { asCovidCtError, CovidCtError, openWorkspace, sha256 } from '../../base/index.ts';
import { checkSubmission, describeCandidates, describeImages, indexPictures, inspectFile, type Inspection, type KnownPicture, type KnownPictures } from '../../curation/index.ts';
import { openRelease, openSample, openWorkspaceTree, type Release } from '../../release/index.ts';
import type { CheckAnswer, CheckerSetup, CheckRequest } from './checker-protocol.ts';

/** The thread in which submitted pictures are measured and compared: the server answers others meanwhile. */
const port = parentPort;
if (port === null) throw new Error('this file is a thread of the server');
const setup = workerData as CheckerSetup;
const workspace = openWorkspace(setup.workspace);
const say = (answer: CheckAnswer): void => port.postMessage(answer, []);

async function open(): Promise<Release | undefined> {
  const [, path] = setup.release;
  if (path === 'sample') return openSample();
  if (path !== undefined) return openRelease(path);
  const tree = await openWorkspaceTree(workspace);
  return tree === undefined ? undefined : openRelease(tree);
}

async function describeRelease(): Promise<readonly KnownPicture[]> {
  const release = await open();
  if (release === undefined) return [];
  try {
    return await describeImages(workspace, release, ({ done, total }) => say({ done, total }));
  } finally {
    await release.close();
  }
}

/** Measurements of files by the hash of their bytes; the last ones are kept. */
const measured = new Map<string, Promise<Inspection>>();
const mostMeasured = 200;

const inspect: typeof inspectFile = (bytes, name) => {
  // One file after the other: each is a sign of life.
  say({ alive: true });
  const hash = sha256(bytes);
  const inspection = measured.get(hash) ?? inspectFile(bytes, name);
  measured.delete(hash);
  measured.set(hash, inspection);
  const [oldest] = measured.keys();
  if (measured.size > mostMeasured && oldest !== undefined) measured.delete(oldest);
  return inspection;
};

let images: Promise<readonly KnownPicture[]> | undefined;
let known: { readonly key: string; readonly pictures: KnownPictures } | undefined;

/** The release's pictures and the candidates, indexed anew when the candidates are others. */
async function knownPictures(candidates: CheckRequest['candidates']): Promise<KnownPictures> {
  const key = sha256(JSON.stringify(candidates));
  if (known?.key === key) return known.pictures;
  const describing = (images ??= describeRelease());
  // What failed is tried again.
  describing.catch(() => (images = undefined));
  const ofRelease = await describing;
  const found = new Map<string, ReturnType<KnownPictures['like']>>();
  const pictures = indexPictures([...ofRelease, ...(await describeCandidates(workspace, candidates))]);
  // Typing a caption asks again for the same pictures.
  known = {
    key,
    pictures: {
      withHash: pictures.withHash,
      like: (picture) => {
        const hash = sha256(picture.data);
        const pairs = found.get(hash) ?? pictures.like(picture);
        found.set(hash, pairs);
        return pairs;
      },
    },
  };
  return known.pictures;
}

const nothingKnown: KnownPictures = { withHash: () => [], like: () => [] };

async function answer({ id, submission, files, facts, candidates, copies, wanted }: CheckRequest): Promise<void> {
  try {
    const pictures = copies ? await knownPictures(candidates) : nothingKnown;
    const read = async (file: string): Promise<Uint8Array> => {
      const given = files.get(file);
      if (given === undefined) throw new CovidCtError('NOT_FOUND', `${file} is named, and not there.`);
      return typeof given === 'string' ? readFile(given) : given;
    };
    const { refusals, cases } = await checkSubmission(submission, read, { ...facts, pictures }, inspect);
    say({ id, refusals, cases: wanted ? cases : [], notes: cases.map(({ given, notes }) => ({ file: given.file, notes })) });
  } catch (thrown) {
    const { code, message, hint } = asCovidCtError(thrown);
    say({ id, error: { code, message, hint } });
  }
}

port.on('message', (request: CheckRequest) => void answer(request));
