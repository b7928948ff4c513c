import { CovidCtError } from '../../base/index.ts';
import { crop } from '../../imaging/index.ts';
import { decodePicture } from '../../imaging/node.ts';
import { scoreCtLikeness } from '../../papers/index.ts';
import { formatFileName, parseFileName } from '../../release/index.ts';
import type { Store } from '../../store/index.ts';
import type { Box, CandidatePicture, CandidateRecord } from '../record.ts';
import { decideCandidate, type Change } from './actions.ts';
import { addCandidateEvent, candidateId, getCandidate, listCandidates, proposeCandidates, type Actor } from './candidates.ts';
import { checkBox, keepPicture } from './pictures.ts';
import type { ReviewedCandidate } from './state.ts';

/** What is cut out of a whole picture. */
interface Cut {
  readonly picture: CandidatePicture;
  /** How like a CT it is, 0 to 1. */
  readonly ctLike: number;
}

type PaperOrigin = Extract<CandidateRecord['origin'], { readonly kind: 'paper' }>;

function paperOrigin({ id, record: { origin } }: ReviewedCandidate): PaperOrigin & { readonly whole: NonNullable<PaperOrigin['whole']> } {
  const whole = origin.kind === 'paper' ? origin.whole : undefined;
  if (origin.kind !== 'paper' || whole === undefined) {
    throw new CovidCtError('BAD_INPUT', `The picture that ${id} was cut from is not kept.`, { hint: origin.kind === 'paper' ? 'Extract its paper again, and import that; or crop it within its own picture.' : 'It was sent as a picture of its own: crop it.' });
  }
  return { ...origin, whole };
}

async function cutOf({ workspace }: Store, whole: NonNullable<PaperOrigin['whole']>, box: Box): Promise<Cut> {
  checkBox(box, whole);
  const [x, y, width, height] = box;
  const pixels = crop(await decodePicture(await workspace.objects.get(whole.sha256)), { x, y, width, height });
  return { picture: await keepPicture(workspace, pixels), ctLike: Math.round(scoreCtLikeness(pixels).score * 1000) / 1000 };
}

/**
 * Cuts a panel anew out of the whole picture that it lies in: its borders may move outwards too. Decisions on the picture before no longer count.
 * @param box in pixels of the whole picture
 * @throws CovidCtError BAD_INPUT for a box that leaves the picture, or where that is not kept
 */
export async function recutCandidate(store: Store, id: string, box: Box, { by, qualification, why, when, after }: Change): Promise<ReviewedCandidate> {
  const before = await getCandidate(store.db, id);
  const cut = await cutOf(store, paperOrigin(before).whole, box);
  return store.transaction((db) => addCandidateEvent(db, id, { kind: 'recut', by, qualification, why, box, ...cut }, when, after ?? before.sequence));
}

/** A name of the same picture with a panel number that no other has. */
function freePanelName(name: string, taken: ReadonlySet<string>): string {
  const { base, panels, marks } = parseFileName(name);
  const outer = panels.slice(0, -1);
  for (let panel = 0; ; panel++) {
    const free = formatFileName({ base, panels: [...outer, panel], marks, extension: 'png' });
    if (!taken.has(free)) return free;
  }
}

/**
 * Proposes a panel that was not cut out, beside another of the same picture.
 * @param beside what is known of this one is said of the new one: paper, page, figure, caption, licence
 * @param box in pixels of the whole picture
 * @throws CovidCtError BAD_INPUT as {@link recutCandidate}; CONFLICT where a panel has that very box
 */
export async function addPanel(store: Store, beside: string, box: Box, actor: Actor): Promise<ReviewedCandidate> {
  const sibling = await getCandidate(store.db, beside);
  const origin = paperOrigin(sibling);
  const { picture, ctLike } = await cutOf(store, origin.whole, box);
  const { chestCt, finding } = origin.scores;
  const scores = Object.fromEntries(Object.entries({ chestCt, finding, ctLike }).filter((entry): entry is [string, number] => entry[1] !== undefined));
  return store.transaction(async (db) => {
    const all = await listCandidates(db);
    const same = all.filter(({ record }) => record.origin.kind === 'paper' && record.origin.whole?.sha256 === origin.whole.sha256);
    const twin = same.find(({ state, record }) => state !== 'replaced' && state !== 'withdrawn' && record.picture.sha256 === picture.sha256);
    if (twin !== undefined) throw new CovidCtError('CONFLICT', `${twin.id} has that very box already.`, { hint: twin.state === 'rejected' ? `It was rejected: covid-ct review undo ${twin.id}` : 'Draw another one.' });
    const name = freePanelName(sibling.record.name, new Set(all.map(({ record }) => record.name)));
    const record: CandidateRecord = {
      ...sibling.record, name, picture, hounsfield: null, category: null, patient: null,
      origin: { ...origin, panel: box, scores, reasons: [`drawn by hand beside ${sibling.record.name}`] },
      notes: [...sibling.record.notes, 'The caption is that of the panel beside it: see whether it fits.'],
    };
    const id = candidateId('drawn', origin.paper, origin.page, origin.xref, ...box, picture.sha256, same.length);
    await proposeCandidates(db, [{ id, record, reviewers: sibling.reviewers }], actor);
    return getCandidate(db, id);
  });
}

/** Says that a box holds no panel: it is rejected, and its history says by whom. Undoing that brings it back. */
export function deletePanel(store: Store, id: string, change: Change): Promise<ReviewedCandidate> {
  return decideCandidate(store, id, 'rejected', { ...change, why: change.why.trim() === '' ? 'No panel: its box was deleted.' : change.why }, true);
}
