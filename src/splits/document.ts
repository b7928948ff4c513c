import type { Release } from '../release/index.ts';
import { confoundNote, tablesOf } from './tables.ts';
import type { Track } from './types.ts';

/** What `split --json` prints: the track, its lists, what was left out, and the proof, which a program can check. */
export function trackDocument(release: Release, track: Track, version: string): object {
  const lists = Object.fromEntries(track.parts.map((part) => [part, track.images.filter((entry) => entry.part === part).map((entry) => entry.image.id)]));
  return {
    format: 'covid-ct split 1',
    version,
    release: { name: release.name, synthetic: release.synthetic, images: release.images.length },
    track: track.name,
    kind: track.kind,
    seed: track.seed ?? null,
    parts: track.parts,
    proportions: track.proportions,
    achieved: track.achieved,
    groups: track.groups,
    note: confoundNote,
    proof: track.proof,
    lists,
    images: track.images.map(({ image, label, part, group }) => ({ id: image.id, label, part, group, patient: image.patient ?? null, paper: image.paper ?? null, figure: image.parts.figure ?? null })),
    leftOut: track.leftOut,
    tables: tablesOf(track),
  };
}
