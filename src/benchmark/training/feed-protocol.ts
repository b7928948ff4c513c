import type { AugmentationPlan } from '../../imaging/index.ts';
import type { PictureSet } from './pictures.ts';

/** What a feed's thread is started with: everything that does not change from batch to batch. */
export interface FeedSetup {
  readonly pictures: PictureSet;
  readonly plan: AugmentationPlan;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly seed: number;
}

/** A view that is asked for: a picture by number, and the key of the random stream that augments it. */
export interface View {
  readonly picture: number;
  readonly key: string;
}

/** A batch that is asked for. */
export interface FeedRequest {
  readonly id: number;
  readonly views: readonly View[];
}

/** What comes back: `[views, channels, size, size]`, or why not. */
export type FeedAnswer =
  | { readonly id: number; readonly tensor: Float32Array<ArrayBuffer> }
  | { readonly id: number; readonly error: string };
