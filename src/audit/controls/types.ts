import type { Picture, PictureHeader } from '../../imaging/index.ts';
import type { DefectCode } from '../codes.ts';

/** What a control may look at. None of it is meant to be lung. */
export interface ControlInput {
  readonly header: PictureHeader;
  readonly picture: Picture;
  /** One channel, as Pillow's `convert('L')` makes it: `[height, width]`. */
  readonly gray: Picture;
}

/**
 * A control: features of a picture that say nothing about its lungs. A model that tells the label by them alone shows
 * that a data set can be solved without looking at disease. The audit and the benchmark share these.
 */
export interface Control {
  readonly name: 'header' | 'border' | 'colour' | 'marks';
  /** One line: what the control sees. */
  readonly title: string;
  readonly code: DefectCode;
  /** Names of the features, in their order. */
  readonly features: readonly string[];
  /** `[features.length]`, finite. */
  extract(input: ControlInput): number[];
}
