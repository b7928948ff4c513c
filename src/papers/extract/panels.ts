import type { Picture, Rectangle } from '../../imaging/index.ts';

/** A picture cut into its panels. */
export interface CutPicture {
  /** In the picture's pixels, in the order of reading; the whole picture where it is no composite. */
  readonly panels: readonly Rectangle[];
  /** How sure the cuts are, 0 to 1. */
  readonly confidence: number;
  /** What spoke for or against, for a person. */
  readonly reasons: readonly string[];
}

/** Cuts composites. @param expected how many panels the caption's letters name, where they do */
export type PanelCutter = (picture: Picture, expected: number | undefined) => CutPicture;

/** Takes every picture whole. */
export const takeWhole: PanelCutter = ({ width, height }) => ({ panels: [{ x: 0, y: 0, width, height }], confidence: 1, reasons: [] });
