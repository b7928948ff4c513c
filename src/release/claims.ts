import type { ReleaseClaims, ReleaseImage } from './types.ts';
import { readManifest } from './manifest.ts';

/** What the README of UCSD-AI4H/COVID-CT says: 349 CT images with COVID findings of 216 patients; the patient IDs of each split. */
const claimed: ReleaseClaims = {
  images: { COVID: 349, NonCOVID: 397 },
  patients: 216,
  patientRanges: { train: [1, 130], val: [131, 162], test: [163, 216] },
};

/** Whether these are upstream's images, by name: at least half of its COVID images are here. */
export function isUpstream(images: readonly ReleaseImage[]): boolean {
  const here = new Set(images.map((image) => image.id));
  const known = readManifest().images.map((image) => image.id).filter((id) => id.startsWith('COVID/'));
  return known.filter((id) => here.has(id)).length * 2 >= known.length;
}

/** Upstream's claims where these are its images; `undefined` for any other release. */
export function upstreamClaims(images: readonly ReleaseImage[]): ReleaseClaims | undefined {
  return isUpstream(images) ? claimed : undefined;
}
