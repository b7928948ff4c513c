import { readFile } from 'node:fs/promises';
import { CovidCtError, joinInside, noProgress, writeFolderAtomic, type Progress } from '../../base/index.ts';
import { releaseFingerprint, type CorrectionsFile } from '../../audit/index.ts';
import { parseFileName, type Release } from '../../release/index.ts';
import type { Store } from '../../store/index.ts';
import { readPaperFacts } from '../papers.ts';
import { listCandidates } from '../review/candidates.ts';
import { confirmationFaults, listConfirmations, readConfirmations } from '../review/confirmations.ts';
import type { ReviewedCandidate } from '../review/state.ts';
import { listTombstones, type Tombstone } from '../withdrawals.ts';
import { composeRelease } from './compose.ts';
import { compareReleases, hashImages, type ReleaseDiff } from './diff.ts';
import { firstVersion, readReleaseDocument, type ReleaseDocument } from './document.ts';
import { placeCandidates, type NewImage } from './new-images.ts';
import { nextVersion } from './version.ts';
import { writeRelease, type ReleaseContent } from './write-release.ts';

/** How a release is made. */
export interface MakeReleaseOptions {
  /** Corrections of the base; the accepted ones become errata. */
  readonly corrections?: CorrectionsFile | undefined;
  /** What the set is called; default: as the base is. */
  readonly name?: string | undefined;
  /** The version of covid-ct. */
  readonly maker: string;
  readonly progress?: Progress;
}

/** A release that is ready to be written. */
export interface PlannedRelease {
  readonly document: ReleaseDocument;
  readonly diff: ReleaseDiff;
  readonly content: ReleaseContent;
  /** Accepted candidates whose very picture the base has already, or that were withdrawn. */
  readonly passedOver: readonly ReviewedCandidate[];
}

/** The latest of some moments, as a day; the first day that there is where there is none. */
function lastDay(moments: readonly (Date | string)[]): string {
  return moments.map((moment) => new Date(moment).toISOString()).toSorted().at(-1)?.slice(0, 10) ?? '2020-03-30';
}

function reviewOf({ candidate, label, name }: NewImage): ReleaseDocument['images'][number]['review'] {
  const { record, votes, id } = candidate;
  return {
    candidate: id,
    source: record.origin.kind,
    decisions: votes.filter(({ decision }) => decision === 'accepted').map(({ by, qualification, at }) => ({ by, qualification, when: at.toISOString() })),
    category: record.category,
    hounsfield: record.hounsfield === null ? null : `Hounsfield/${label}/${parseFileName(name).base}${parseFileName(name).panels.map((panel) => `%${panel}`).join('')}.dcm`,
  };
}

/**
 * Plans the next release: the base with every accepted candidate and without what was withdrawn. Nothing is written. The same base and the
 * same decisions always give the same plan: no clock and no chance are in it.
 * @param base a release in upstream's layout; `undefined`: a first release, from nothing
 * @throws CovidCtError CONFLICT where nothing has changed, BAD_RELEASE for a base in another layout, BAD_INPUT as {@link placeCandidates}
 */
export async function planRelease(store: Store, base: Release | undefined, options: MakeReleaseOptions): Promise<PlannedRelease> {
  const { progress = noProgress, corrections, maker } = options;
  if (base !== undefined && base.layout !== 'upstream') throw new CovidCtError('BAD_RELEASE', `${base.name} is not in upstream's layout, and cannot be grown.`, { hint: 'Grow the published release, or one that covid-ct release new made.' });
  const earlier = base === undefined ? undefined : await readReleaseDocument(base);
  const baseHashes = base === undefined ? new Map<string, string>() : await hashImages(base, progress);
  const ownTombstones = await listTombstones(store.db);
  const tombstones = [...(earlier?.tombstones ?? []), ...ownTombstones.filter(({ id }) => !(earlier?.tombstones ?? []).some((one) => one.id === id))].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const buried = new Map<string, Tombstone>(tombstones.map((tombstone) => [tombstone.sha256, tombstone]));
  const gone = new Set([...baseHashes].flatMap(([id, hash]) => (buried.get(hash)?.id === id ? [id] : [])));

  const accepted = await listCandidates(store.db, { states: ['accepted'] });
  const known = new Set(baseHashes.values());
  const fresh: ReviewedCandidate[] = [];
  const passedOver: ReviewedCandidate[] = [];
  const seen = new Set<string>();
  for (const candidate of accepted) {
    const { sha256 } = candidate.record.picture;
    const twice = known.has(sha256) || buried.has(sha256) || (base !== undefined && seen.has(sha256));
    (twice ? passedOver : fresh).push(candidate);
    seen.add(sha256);
  }
  const facts = await readPaperFacts(store.db);
  const added = placeCandidates(base, fresh, facts);

  const setName = options.name ?? earlier?.name ?? (base === undefined || base.claims === undefined || base.synthetic ? base?.name : 'COVID-CT-Dataset') ?? 'Chest-CT pictures';
  const read = (image: NewImage): Promise<Uint8Array> => store.workspace.objects.get(image.candidate.record.picture.sha256);
  const draft = composeRelease(base, added, gone, read, setName);
  const hashes = new Map([...[...baseHashes].filter(([id]) => !gone.has(id)), ...added.map((image) => [`${image.label}/${image.name}`, image.candidate.record.picture.sha256] as const)]);
  const diff = base === undefined ? compareReleases({ ...draft, images: [] }, draft, [new Map(), hashes]) : compareReleases(base, draft, [baseHashes, hashes]);

  const errata = corrections?.corrections.filter((correction) => correction.history.at(-1)?.status === 'accepted') ?? [];
  const carriedOver = base === undefined ? [] : await readConfirmations(base.source);
  const told = [...carriedOver, ...(await listConfirmations(store.db))];
  const confirmations = [...new Map(told.map((one) => [one.signature, one])).values()].filter((one) => confirmationFaults(one).length === 0 && one.images.some((hash) => [...hashes.values()].includes(hash)));
  const words = errata.length !== (earlier?.history[0]?.errata ?? 0);
  const level = diff.level === 'none' && words ? 'patch' : diff.level;
  if (level === 'none') throw new CovidCtError('CONFLICT', base === undefined ? 'No candidate has been accepted: there is nothing to release.' : `Nothing was accepted, withdrawn or corrected since ${base.name} ${earlier?.version ?? firstVersion}.`, { hint: 'covid-ct review list shows on which candidates a decision is due.' });
  const version = base === undefined ? firstVersion : nextVersion(earlier?.version ?? firstVersion, level);
  const date = lastDay([
    ...(earlier === undefined ? [] : [earlier.date]),
    ...fresh.flatMap(({ votes }) => votes.map(({ at }) => at)),
    ...ownTombstones.map(({ when }) => when),
    ...errata.map((correction) => correction.history.at(-1)?.when ?? ''),
    ...confirmations.map(({ when }) => when),
  ]);
  const sinceBefore = new Map(earlier?.images.map((image) => [image.id, image]));
  const ofNew = new Map(added.map((image) => [`${image.label}/${image.name}`, image]));
  const document: ReleaseDocument = {
    format: 'covid-ct release 1',
    name: setName,
    version,
    date,
    previous: base === undefined ? null : { version: earlier?.version ?? firstVersion, name: setName, fingerprint: releaseFingerprint(base) },
    images: draft.images.map((image) => {
      const own = ofNew.get(image.id);
      const before = sinceBefore.get(image.id);
      return {
        id: image.id, sha256: hashes.get(image.id) ?? '', split: image.split ?? null, patient: image.patient ?? null,
        licence: own === undefined ? (before?.licence ?? null) : own.candidate.record.licence,
        since: own === undefined ? (before?.since ?? firstVersion) : version,
        review: own === undefined ? (before?.review ?? null) : reviewOf(own),
      };
    }),
    samePapers: uniqueSorted([...(earlier?.samePapers ?? []), ...facts.same]),
    retracted: [...new Map([...(earlier?.retracted ?? []).map(({ doi, why }) => [doi, why] as const), ...facts.retracted])].map(([doi, why]) => ({ doi, why })).toSorted((a, b) => (a.doi < b.doi ? -1 : 1)),
    tombstones,
    history: [
      { version, date, added: [...diff.added], removed: diff.removed.map((id) => ({ id, why: tombstones.find((one) => one.id === id)?.reason ?? '' })), moved: diff.moved.map(({ id, from, to }) => ({ id, from, to })), errata: errata.length },
      ...(earlier?.history ?? []),
    ],
  };
  const composed = { ...draft, name: setName };
  const hounsfield = new Map(
    document.images.flatMap(({ id, review }) => {
      const path = review?.hounsfield ?? null;
      const hash = ofNew.get(id)?.candidate.record.hounsfield?.sha256;
      if (path === null) return [];
      return [[path, (): Promise<Uint8Array> => (hash === undefined ? readFile(joinInside(base?.source ?? '', path)) : store.workspace.objects.get(hash))] as const];
    }),
  );
  // The corrections go with the release: their ids are the images' ids, which stay.
  const carried = corrections === undefined || errata.length === 0 ? undefined : { ...corrections, release: { name: setName, fingerprint: '0'.repeat(64) }, corrections: errata };
  return { document, diff, passedOver, content: { composed, document, confirmations, errata: carried, hounsfield, maker } };
}

function uniqueSorted(groups: readonly (readonly string[])[]): string[][] {
  return [...new Map(groups.map((group) => [group.toSorted().join(' '), group.toSorted()])).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/**
 * Writes a planned release: a whole folder, or nothing.
 * @throws CovidCtError TARGET_EXISTS, CANCELLED
 */
export async function makeRelease(plan: PlannedRelease, out: string, options: { readonly progress?: Progress; readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
  await writeFolderAtomic(out, (folder) => writeRelease(folder, plan.content, options.progress ?? noProgress, options.signal));
}

