import type { Picture, Rectangle } from '../../imaging/index.ts';
import { splitPanels } from '../panels/index.ts';

/** A picture cut into its panels. */
export interface CutPicture {
  /** In the order of reading; one panel that is the whole picture where it is no composite. */
  readonly panels: readonly CutPanel[];
}

/** One panel of a cut picture. */
export interface CutPanel {
  /** In the picture's pixels. */
  readonly box: Rectangle;
  /** How sure the cuts around it are, 0 to 1. */
  readonly confidence: number;
  /** What speaks for and against, for a person. */
  readonly reasons: readonly string[];
}

/** Cuts composites. @param letters of the panels, as the caption names them; empty where it names none */
export type PanelCutter = (picture: Picture, letters: readonly string[]) => CutPicture;

/** Takes a picture whole. */
export const takeWhole: PanelCutter = ({ width, height }) => ({ panels: [{ box: { x: 0, y: 0, width, height }, confidence: 1, reasons: [] }] });

/** Cuts by seams. What is no composite stays whole, its margins included: they belong to it as it was published. */
export const cutBySeams: PanelCutter = (picture, letters) => {
  const { panels } = splitPanels(picture, letters.length === 0 ? {} : { letters });
  const [first, ...others] = panels;
  if (first === undefined || others.length === 0) {
    const { width, height } = picture;
    return { panels: [{ box: { x: 0, y: 0, width, height }, confidence: first?.confidence ?? 1, reasons: first?.reasons ?? [] }] };
  }
  return { panels: panels.map(({ box, confidence, reasons }) => ({ box, confidence, reasons })) };
};
