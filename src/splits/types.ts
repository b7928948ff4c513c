import type { ReleaseImage } from '../release/index.ts';

/** `legacy`: the lists as published; `clean`: grouped, stratified, without quarantined images. */
export const trackNames = ['legacy', 'clean'] as const;
/** A track. */
export type TrackName = (typeof trackNames)[number];

/** What ties images together: two images that share a key of any kind belong in one group. */
export const tieKinds = ['patient', 'paper', 'figure', 'duplicate', 'correction'] as const;
/** A kind of tie. */
export type TieKind = (typeof tieKinds)[number];

/** Everything that ties images of a release together: by kind, each key with the ids of its images, sorted. */
export type Ties = ReadonlyMap<TieKind, ReadonlyMap<string, readonly string[]>>;

/** An image in a part of a track. */
export interface TrackImage {
  readonly image: ReleaseImage;
  /** The label in this track: the published one, unless an accepted correction changed it. */
  readonly label: string;
  /** `train`, `val` or `test`; in folds, `fold-1`, `fold-2`, … */
  readonly part: string;
  /** Index of its group. In the legacy track groups are made the same way, to show which of them straddle. */
  readonly group: number;
}

/** An image that a track leaves out, and why. */
export interface LeftOut {
  readonly id: string;
  /** `quarantined`: an accepted correction; `opposite-labels`: a true duplicate with another label; `unreadable`; `unlisted`: in no published list. */
  readonly reason: 'quarantined' | 'opposite-labels' | 'unreadable' | 'unlisted';
  readonly detail: string;
}

/** One kind of tie, checked over a track, key by key. */
export interface ProofLine {
  readonly kind: TieKind;
  /** Keys with at least one image in the track. */
  readonly keys: number;
  /** Keys with at least two images in the track: only these could straddle. */
  readonly shared: number;
  readonly straddling: readonly { readonly key: string; readonly parts: readonly string[]; readonly images: readonly string[] }[];
}

/** That no group straddles (or which do): found by looking at every key again, without the grouping's own data. */
export interface Proof {
  readonly holds: boolean;
  readonly lines: readonly ProofLine[];
  /** Every image of the release is in exactly one part or left out. */
  readonly complete: boolean;
}

/** How near a track is to what was wanted, in images. */
export interface Achieved {
  readonly part: string;
  readonly wanted: number;
  readonly images: number;
  /** Share of the track's images. */
  readonly share: number;
}

/** A release divided into parts. */
export interface Track {
  readonly name: TrackName;
  readonly kind: 'split' | 'folds';
  /** The seed of the clean track; `undefined` where nothing was drawn. */
  readonly seed: number | undefined;
  /** The parts, in their order. */
  readonly parts: readonly string[];
  /** Wanted shares of the parts, adding up to 1. */
  readonly proportions: readonly number[];
  /** Sorted by id. */
  readonly images: readonly TrackImage[];
  /** Sorted by id. */
  readonly leftOut: readonly LeftOut[];
  readonly groups: number;
  readonly achieved: readonly Achieved[];
  readonly proof: Proof;
}
