import { z } from 'zod';
import { noProgress, type Progress, type Workspace } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import type { Database } from '../../store/index.ts';
import { gatherPictures } from '../known-pictures.ts';
import { connectPapers, knownPapers, readPaperFacts } from '../papers.ts';
import { withdrawnHashes } from '../withdrawals.ts';
import { listCandidates } from './candidates.ts';
import { readCandidatePicture } from './pictures.ts';
import type { ReviewedCandidate } from './state.ts';

/** What a reviewer should know of a candidate before it is accepted. */
export const checkedCandidateSchema = z.object({
  id: z.string(),
  /** Of its picture when it was checked. */
  picture: z.string(),
  /** Images (`<label>/<name>`) and candidates that show the same picture or look like a slice beside it, the surest first. */
  copies: z.array(z.object({ id: z.string(), kind: z.enum(['same bytes', 'duplicate', 'adjacent']), detail: z.number().nullable() })),
  /** The DOI under which the release has its paper. */
  knownDoi: z.string().nullable(),
  /** Why its paper was retracted. */
  retracted: z.string().nullable(),
  /** Its very picture was withdrawn before. */
  withdrawn: z.boolean(),
});
/** See {@link checkedCandidateSchema}. */
export type CheckedCandidate = z.infer<typeof checkedCandidateSchema>;

/** What candidates are checked by: read at once, so that the database is free again while pictures are compared. */
export interface CheckFacts {
  readonly candidates: readonly ReviewedCandidate[];
  readonly same: readonly (readonly string[])[];
  readonly retracted: ReadonlyMap<string, string>;
  readonly withdrawn: ReadonlySet<string>;
}

/** Reads what {@link checkCandidates} needs. Candidates of all states but replaced and withdrawn: what was rejected once is worth knowing. */
export async function readCheckFacts(db: Database): Promise<CheckFacts> {
  return {
    candidates: await listCandidates(db, { states: ['proposed', 'accepted', 'rejected', 'needs work', 'disputed'] }),
    ...(await readPaperFacts(db)),
    withdrawn: await withdrawnHashes(db),
  };
}

const wholeOf = ({ record: { origin } }: ReviewedCandidate): string | undefined => (origin.kind === 'paper' ? origin.whole?.sha256 : undefined);

/** Looks whether candidates are in the release already, by picture or by paper, and which are copies of each other. */
export async function checkCandidates(workspace: Workspace, release: Release, { candidates, same, retracted, withdrawn }: CheckFacts, progress: Progress = noProgress): Promise<CheckedCandidate[]> {
  const pictures = await gatherPictures(workspace, release, candidates, progress);
  const papers = knownPapers(release);
  const facts = connectPapers(same, retracted);
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const checked: CheckedCandidate[] = [];
  for (const candidate of candidates) {
    const { id, record } = candidate;
    const { sha256 } = record.picture;
    const equal = pictures.withHash(sha256).filter((one) => one !== id);
    const pairs = pictures.like(await readCandidatePicture(workspace, record.picture)).filter(({ second }) => second !== id && !equal.includes(second));
    // Panels of one figure are often slices of one scan: that says nothing.
    const own = wholeOf(candidate);
    const telling = pairs.filter(({ second, kind }) => {
      const other = byId.get(second);
      return kind === 'duplicate' || own === undefined || other === undefined || wholeOf(other) !== own;
    });
    checked.push({
      id, picture: sha256,
      copies: [...equal.map((one) => ({ id: one, kind: 'same bytes' as const, detail: null })), ...telling.slice(0, 12).map(({ second, kind, detailMedian }) => ({ id: second, kind, detail: Math.round(detailMedian * 1000) / 1000 }))],
      knownDoi: record.doi === null ? null : (facts.allDois(record.doi).find((doi) => papers.has(doi)) ?? null),
      retracted: record.doi === null ? null : (facts.retraction(record.doi) ?? null),
      withdrawn: withdrawn.has(sha256),
    });
    progress({ label: 'candidates', done: checked.length, total: candidates.length });
  }
  return checked;
}
