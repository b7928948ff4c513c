import { createRandom } from '../../../src/base/index.ts';
import type { Example, Parts } from '../../../src/benchmark/index.ts';
import type { Release } from '../../../src/release/index.ts';
import { assignGroups, type Track, type TrackImage } from '../../../src/splits/index.ts';
import { searchFolds } from './candidates.ts';

/**
 * Train + val of a track in folds: whole groups (patient, paper, figure), balanced by label. The fold is both what is validated
 * and what is judged: nothing is chosen within a training. Test images are in none.
 * @param fold counted from 1
 */
export function foldParts(release: Release, track: Track, fold: number): Parts {
  const kept = track.images.filter(({ part }) => part === 'train' || part === 'val');
  const groups = [...new Set(kept.map(({ group }) => group))].map((group) => kept.filter((entry) => entry.group === group));
  const stratum = (name: string, counted: (entry: TrackImage) => boolean) => ({ name, weight: 1, counts: groups.map((group) => group.filter(counted).length) });
  const shares = Array.from({ length: searchFolds }, () => 1 / searchFolds);
  const { partOf } = assignGroups(groups.length, release.labels.map((label) => stratum(label, (entry) => entry.label === label)), shares, createRandom(1));
  const of = (wanted: (part: number) => boolean): Example[] =>
    groups.flatMap((group, g) => (wanted(partOf[g] ?? 0) ? group.map(({ image, label }) => ({ image, label, target: release.labels.indexOf(label) })) : []));
  const held = of((part) => part === fold - 1);
  return { classes: release.labels, train: of((part) => part !== fold - 1), val: held, test: held };
}
