import { addPanel, deletePanel, idOfExtracted, importExtraction, listCandidates, mergeCandidates, recutCandidate, undoCandidate, type Actor, type Box, type ReviewedCandidate } from '../../curation/index.ts';
import { CovidCtError } from '../../base/index.ts';
import type { Candidate, Extraction } from '../../papers/index.ts';
import type { Store } from '../../store/index.ts';

/** A box on a picture of a paper: a candidate already, or what extraction proposes. */
export interface PaperPanel {
  readonly id: string;
  /** Undefined: not in review yet. */
  readonly candidate: ReviewedCandidate | undefined;
  readonly extracted: Candidate | undefined;
}

/** A picture of a paper with its panels. */
export interface PaperPicture {
  readonly whole: NonNullable<Candidate['whole']>;
  /** The first one that was extracted: it says where the picture stands. */
  readonly first: Candidate;
  readonly panels: readonly PaperPanel[];
}

const wholeOf = ({ record: { origin } }: ReviewedCandidate): string | undefined => (origin.kind === 'paper' ? origin.whole?.sha256 : undefined);

/** The pictures of a paper, in its order, each with the panels that stand: extracted ones, and those that people drew, split or merged. */
export function picturesOf(extraction: Extraction, candidates: readonly ReviewedCandidate[]): PaperPicture[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of extraction.candidates) if (candidate.whole !== undefined) groups.set(candidate.whole.sha256, [...(groups.get(candidate.whole.sha256) ?? []), candidate]);
  return [...groups.values()].flatMap((extracted): PaperPicture[] => {
    const [first] = extracted;
    if (first?.whole === undefined) return [];
    const { whole } = first;
    const known = candidates.filter((candidate) => wholeOf(candidate) === whole.sha256);
    const byId = new Map(known.map((candidate) => [candidate.id, candidate]));
    const own = extracted.map((candidate): PaperPanel => ({ id: idOfExtracted(candidate), candidate: byId.get(idOfExtracted(candidate)), extracted: candidate }));
    const ids = new Set(own.map(({ id }) => id));
    const drawn = known.filter(({ id }) => !ids.has(id)).map((candidate): PaperPanel => ({ id: candidate.id, candidate, extracted: undefined }));
    const stands = ({ candidate }: PaperPanel): boolean => candidate === undefined || (candidate.state !== 'replaced' && candidate.state !== 'withdrawn');
    return [{ whole, first, panels: [...own, ...drawn].filter(stands) }];
  });
}

/** A correction of the boxes on a picture. */
export type PanelCorrection =
  | { readonly action: 'recut'; readonly panel: string; readonly box: Box; readonly after?: number | undefined }
  | { readonly action: 'add'; readonly whole: string; readonly box: Box }
  | { readonly action: 'delete'; readonly panel: string; readonly after?: number | undefined }
  | { readonly action: 'merge'; readonly panels: readonly string[] }
  | { readonly action: 'undo'; readonly panel: string };

/** Corrects boxes by hand. The panels of that picture become candidates by it, if they are not yet: what was corrected is kept in their histories. */
export async function correctPanels(store: Store, extraction: Extraction, folder: string, correction: PanelCorrection, actor: Actor): Promise<readonly ReviewedCandidate[]> {
  const named = correction.action === 'merge' ? correction.panels : correction.action === 'add' ? [] : [correction.panel];
  const pictures = picturesOf(extraction, await listCandidates(store.db));
  const picture = pictures.find(({ whole, panels }) => (correction.action === 'add' ? whole.sha256 === correction.whole : panels.some(({ id }) => id === named[0])));
  if (picture === undefined) throw new CovidCtError('NOT_FOUND', 'This paper has no such panel.', { hint: 'Somebody may have split, merged or withdrawn it: look at the picture again.' });
  await importExtraction(store, extraction, folder, { ...actor, why: 'the boxes of its picture are corrected' }, { only: ({ whole }) => whole?.sha256 === picture.whole.sha256, label: picture.first.selected ? 'COVID' : null });
  switch (correction.action) {
    case 'recut':
      return [await recutCandidate(store, correction.panel, correction.box, { ...actor, after: correction.after })];
    case 'add':
      return [await addPanel(store, idOfExtracted(picture.first), correction.box, actor)];
    case 'delete':
      return [await deletePanel(store, correction.panel, { ...actor, after: correction.after })];
    case 'merge':
      return [await mergeCandidates(store, correction.panels, actor)];
    case 'undo':
      return [await undoCandidate(store, correction.panel, actor)];
  }
}
