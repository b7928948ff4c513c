import { CovidCtError, createRandom } from '../base/index.ts';
import { splitNames, type Release } from '../release/index.ts';
import { assignGroups, type Stratum } from './assign.ts';
import { groupImages } from './groups.ts';
import { correctedLabels, leftOutOf, noEvidence, type Evidence } from './left-out.ts';
import { prove } from './proof.ts';
import { tiesOf } from './ties.ts';
import type { LeftOut, Ties, Track, TrackImage, TrackName } from './types.ts';

/** The shares that the published lists have, rounded: 425, 118 and 203 of 746 images. */
export const publishedProportions: readonly number[] = [0.57, 0.16, 0.27];

/** The seed of the clean track unless another is given. */
export const defaultSeed = 1;

interface Division {
  readonly name: TrackName;
  readonly kind: 'split' | 'folds';
  readonly seed: number | undefined;
  readonly parts: readonly string[];
  readonly proportions: readonly number[];
}

function finish(release: Release, division: Division, images: readonly TrackImage[], leftOut: readonly LeftOut[], ties: Ties): Track {
  const achieved = division.parts.map((part, i) => {
    const count = images.filter((entry) => entry.part === part).length;
    return { part, wanted: (division.proportions[i] ?? 0) * images.length, images: count, share: images.length === 0 ? 0 : count / images.length };
  });
  const groups = new Set(images.map((entry) => entry.group)).size;
  const proof = prove(release.images.map((image) => image.id), images, leftOut, ties);
  return { ...division, images, leftOut, groups, achieved, proof };
}

/**
 * The published lists as a track. An image that several lists name is in the first of them, an image that none names is
 * left out. The proof says what straddles.
 */
export function legacyTrack(release: Release, evidence: Evidence = noEvidence): Track {
  const ties = tiesOf(release, evidence.duplicates, evidence.overlay);
  const ids = release.images.map((image) => image.id);
  const groupOf = new Map(groupImages(ids, ties).flatMap((group, i) => group.map((id): [string, number] => [id, i])));
  const images = release.images.flatMap((image): TrackImage[] =>
    image.split === undefined ? [] : [{ image, label: image.label, part: image.split, group: groupOf.get(image.id) ?? 0 }],
  );
  const leftOut = release.images.flatMap((image): LeftOut[] =>
    image.split === undefined ? [{ id: image.id, reason: 'unlisted', detail: 'no published list names it' }] : [],
  );
  const division: Division = { name: 'legacy', kind: 'split', seed: undefined, parts: splitNames, proportions: publishedProportions };
  return finish(release, division, images, leftOut, ties);
}

/**
 * What to balance, heaviest first: images in all and by label (100), then images by label and venue (1), then groups by
 * label (0.5), so that no part is made of a few large papers. The weights make the first decide wherever they differ.
 */
function strataOf(groups: readonly (readonly TrackImage[])[]): Stratum[] {
  const labels = [...new Set(groups.flat().map((entry) => entry.label))].toSorted();
  const cells = [...new Set(groups.flat().map((entry) => JSON.stringify([entry.label, entry.image.venue])))].toSorted();
  const count = (name: string, weight: number, counted: (entry: TrackImage) => boolean): Stratum => ({
    name,
    weight,
    counts: groups.map((group) => group.filter(counted).length),
  });
  return [
    count('all', 100, () => true),
    ...labels.map((label) => count(label, 100, (entry) => entry.label === label)),
    ...cells.map((cell) => count(cell, 1, (entry) => JSON.stringify([entry.label, entry.image.venue]) === cell)),
    ...labels.map((label): Stratum => ({
      name: `groups of ${label}`,
      weight: 0.5,
      counts: groups.map((group) => (group.some((entry) => entry.label === label) ? 1 : 0)),
    })),
  ];
}

function grouped(release: Release, evidence: Evidence, division: Division): Track {
  const ties = tiesOf(release, evidence.duplicates, evidence.overlay);
  const leftOut = leftOutOf(release, evidence);
  const out = new Set(leftOut.map((entry) => entry.id));
  const labels = correctedLabels(release, evidence.overlay);
  const kept = release.images.filter((image) => !out.has(image.id));
  const byId = new Map(kept.map((image) => [image.id, image]));
  const groups = groupImages([...byId.keys()], ties);
  if (groups.length < division.parts.length) {
    throw new CovidCtError('BAD_RELEASE', `${release.name} has ${groups.length} groups, too few for ${division.parts.length} parts.`, {
      hint: 'Images that share a patient, paper, figure or picture stay together; ask for fewer folds, or use --track legacy.',
    });
  }
  const members = groups.map((ids, group) =>
    ids.flatMap((id): TrackImage[] => {
      const image = byId.get(id);
      return image === undefined ? [] : [{ image, label: labels.get(id) ?? image.label, part: '', group }];
    }),
  );
  const { partOf } = assignGroups(groups.length, strataOf(members), division.proportions, createRandom(division.seed ?? defaultSeed));
  const images = members
    .flatMap((group, g) => group.map((entry): TrackImage => ({ ...entry, part: division.parts[partOf[g] ?? 0] ?? '' })))
    .toSorted((a, b) => (a.image.id < b.image.id ? -1 : 1));
  return finish(release, division, images, leftOut, ties);
}

/**
 * The clean track: whole groups (connected components of patient, paper, figure, true duplicate and accepted regroups)
 * in train, val and test, stratified by label and venue, without quarantined images; see {@link leftOutOf} for what is
 * left out. The same release, evidence and seed give the same track.
 * @throws CovidCtError BAD_RELEASE when there are fewer groups than parts
 */
export function cleanTrack(release: Release, evidence: Evidence = noEvidence, seed: number = defaultSeed): Track {
  return grouped(release, evidence, { name: 'clean', kind: 'split', seed, parts: splitNames, proportions: publishedProportions });
}

/**
 * Grouped, stratified folds of equal size: the clean track's groups and images, divided into `folds` parts.
 * @param folds at least 3, so that a fold can be the test set, the next one the validation set and the rest train
 * @throws CovidCtError USAGE for fewer than 3, BAD_RELEASE when there are fewer groups than folds
 */
export function cleanFolds(release: Release, evidence: Evidence = noEvidence, folds: number = 5, seed: number = defaultSeed): Track {
  if (!Number.isInteger(folds) || folds < 3) {
    throw new CovidCtError('USAGE', `${folds} folds cannot be made.`, { hint: 'Ask for a whole number from 3 on: one fold tests, the next validates, the rest train.' });
  }
  const parts = Array.from({ length: folds }, (_, i) => `fold-${i + 1}`);
  return grouped(release, evidence, { name: 'clean', kind: 'folds', seed, parts, proportions: parts.map(() => 1 / folds) });
}
