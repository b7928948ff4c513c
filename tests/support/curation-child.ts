/**
 * Curates without end: submits, accepts, crops, splits, releases, and says on stdout what it was told is done. It is killed at some point;
 * whoever started it then looks whether all that was said is there. Synthetic pictures only.
 *   node curation-child.ts WORKSPACE SEED
 */
import { writeSync } from 'node:fs';
import { openWorkspace, createRandom, pathExists } from '../../src/base/index.ts';
import {
  checkContext, cropCandidate, decideCandidate, knownPictures, listCandidates, makeRelease, planRelease, receiveSubmission, splitCandidate, undoCandidate, type Bundle, type ReviewedCandidate,
} from '../../src/curation/index.ts';
import { drawPhantom } from '../../src/imaging/index.ts';
import { encodePng } from '../../src/imaging/node.ts';
import { openStore } from '../../src/store/index.ts';

const [folder = '', seed = '1'] = process.argv.slice(2);
const random = createRandom(Number(seed));
/** At once and whole: what stood in a buffer at the kill would be a promise that nobody heard. */
const say = (document: object): void => void writeSync(1, `${JSON.stringify(document)}\n`);

const store = await openStore(openWorkspace(folder), { databaseUrl: '' });
say({ open: true });
const actor = () => ({ by: 'A. Curator', qualification: null, why: 'as the test has it', when: new Date() });
const told = (did: string, { id, sequence, state, record }: ReviewedCandidate): void => say({ did, id, sequence, state, picture: record.picture.sha256 });

async function submit(): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (let i = 0; i < 2; i++) files.set(`images/${i}.png`, await encodePng(drawPhantom({ patient: random.integer(1, 1_000_000_000), lesions: 'opacities', width: 120, height: 110 })));
  const bundle: Bundle = {
    files,
    submission: {
      format: 'covid-ct submission 1', contributor: { name: 'A. Contributor', email: null }, attestations: { deidentified: true, consent: 'synthetic', rights: 'synthetic' },
      cases: [...files.keys()].map((file) => ({ file, label: 'COVID', patient: 'p1', doi: `10.1000/${random.integer(1, 1_000_000_000)}`, caption: 'A synthetic phantom.', licence: null, age: null, sex: null, location: null, history: null, time: null, severity: null, otherDiseases: null, finding: null, source: null, writing: 'none', samePaper: [], unpublished: false })),
    },
  };
  // Only the submission itself is compared: looking for copies among all is not what is proved here.
  const pictures = await knownPictures(undefined, store, { except: new Set((await listCandidates(store.db)).map(({ id }) => id)) });
  const receipt = await receiveSubmission(store, bundle, await checkContext(store, undefined, pictures), actor());
  say({ did: 'submit', submission: receipt.submission, state: receipt.state, candidates: receipt.images.map(({ candidate }) => candidate) });
}

async function step(): Promise<void> {
  const open = await listCandidates(store.db, { states: ['proposed', 'accepted'] });
  const kind = random.integer(0, 9);
  const one = open.length === 0 ? undefined : random.pick(open);
  if (one === undefined || kind <= 1) return submit();
  const { width, height } = one.record.picture;
  if (kind <= 5) told('accept', await decideCandidate(store, one.id, 'accepted', actor()));
  else if (kind === 6 && width > 60) told('crop', await cropCandidate(store, one.id, [1, 1, width - 2, height - 2], actor()));
  else if (kind === 7 && width > 100) for (const part of await splitCandidate(store, one.id, [[0, 0, 50, height], [50, 0, width - 50, height]], actor())) told('split', part);
  else if (kind === 8 && one.sequence > 1) told('undo', await undoCandidate(store, one.id, actor()));
  else if (open.some(({ state }) => state === 'accepted')) {
    const plan = await planRelease(store, undefined, { maker: 'test' });
    const out = store.workspace.path('releases', `r${random.integer(1, 1_000_000_000)}`);
    if (!(await pathExists(out))) await makeRelease(plan, out);
    say({ did: 'release', out, images: plan.document.images.length });
  }
}

for (;;) {
  try {
    await step();
  } catch (error) {
    // Nothing to undo, and the like: the next step goes on.
    if (!(error instanceof Error) || error.name !== 'CovidCtError') throw error;
  }
}
