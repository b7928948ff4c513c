import type { Rectangle } from '../../imaging/index.ts';

/** What is known of a figure's panels before its pixels are looked at. */
export interface PanelExpectation {
  /** The panels' letters as the caption names them (`splitCaption`), upper case, in order. Their number is the expected count. */
  readonly letters?: readonly string[];
}

/** What speaks for a panel's box, each from 0 (against) to 1 (for). */
export interface PanelScores {
  /** How sure the seams around it are. A picture that was not cut has the doubt about a cut here. */
  readonly seams: number;
  /** How far its size and shape are those of its neighbours; 1 for a lone panel. */
  readonly likeness: number;
  /** Whether as many panels were found as the caption names; 1 where it names none. */
  readonly count: number;
}

/** One picture out of a composite figure. */
export interface Panel {
  /** In whole pixels of the figure's picture. */
  readonly box: Rectangle;
  /** By the order of reading, where as many panels were found as the caption has letters. */
  readonly letter?: string;
  /** From 0 to 1: the least of the scores. */
  readonly confidence: number;
  readonly scores: PanelScores;
  /** Sentences for a person who decides: what the box rests on and what speaks against it. */
  readonly reasons: readonly string[];
}

/** A figure's picture taken apart. */
export interface PanelSplit {
  /** In the order of reading; one for a picture that is no composite. Never empty. */
  readonly panels: readonly Panel[];
  /** What disagrees: the caption's count, another division that is nearly as good. Empty where all agrees. */
  readonly disagreements: readonly string[];
}

/** `x`: cut by a vertical line, its place counted from the left; `y`: by a horizontal one. */
export type Axis = 'x' | 'y';

/** Between two panels: pixels from `start` to before `end` belong to neither; equal where tiles touch. */
export interface Seam {
  readonly axis: Axis;
  readonly start: number;
  readonly end: number;
}
