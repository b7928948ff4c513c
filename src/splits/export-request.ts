import type { ExportRequest, Release } from '../release/index.ts';
import type { Track } from './types.ts';

/**
 * A track as the exporters take it.
 * @param version the version of covid-ct, for the export's README
 */
export function exportRequestOf(release: Release, track: Track, version: string): ExportRequest {
  return {
    release,
    track: track.name,
    seed: track.seed,
    splits: track.parts,
    images: track.images.map(({ image, label, part }) => ({ image, label, split: part })),
    leftOut: track.leftOut,
    version,
  };
}
