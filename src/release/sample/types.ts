import type { SplitName } from '../types.ts';

/** What is done to a drawn slice, beyond the style of its class. */
export type Flaw = 'dark' | 'margin' | 'blurred' | 'band' | 'posterised' | 'arrow';

/** How a picture of the sample is drawn. */
export interface SampleDrawing {
  /** Of the phantom; different ones are different patients' anatomy. */
  readonly phantom: number;
  readonly lesions: 'none' | 'opacities' | 'nodules';
  /** Height above the phantom's first slice, in millimetres. */
  readonly slice?: number;
  readonly flaw?: Flaw;
  /** Pixels; drawn by chance where absent. */
  readonly width?: number;
  /** The picture is another one, altered: given by `<label>/<name>`. */
  readonly copyOf?: string;
  readonly alteration?: 'rescale' | 'crop' | 'jpeg';
  /** Written as JPEG, whatever the name says. */
  readonly asJpeg?: boolean;
  /** The file is cut in half. */
  readonly cut?: boolean;
}

/** A picture of the sample, with all that its tables and lists say of it. */
export interface SampleImage {
  readonly label: 'COVID' | 'NonCOVID';
  readonly name: string;
  readonly splits: readonly SplitName[];
  readonly patient: string;
  readonly drawing: SampleDrawing;
  /** Cells of its row, by column; what is absent is empty. */
  readonly cells: Readonly<Record<string, string | number>>;
  /** How the table names it; as it is called where absent. */
  readonly rowName?: string;
  /** Rows in the table; 1 where absent. */
  readonly rows?: 0 | 1 | 2;
}

/** A defect that was put into the sample on purpose. */
export interface PlantedDefect {
  /** As the audit names it: a code of `src/audit/codes.ts`. */
  readonly code: string;
  /** The pictures concerned, sorted; empty where it concerns the release as a whole. */
  readonly images: readonly string[];
  /** What was done. */
  readonly why: string;
}
