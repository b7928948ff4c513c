import type { Progress } from '../../base/index.ts';
import type { Release, ReleaseImage } from '../types.ts';

/** An image as an export shows it. */
export interface ExportImage {
  readonly image: ReleaseImage;
  /** The track's label: the published one, unless an accepted correction changed it. */
  readonly label: string;
  /** `train`, `val` or `test`. */
  readonly split: string;
}

/** An image that the track leaves out, and why. */
export interface ExportLeftOut {
  readonly id: string;
  readonly reason: string;
  readonly detail: string;
}

/** What is exported: a release, divided as a track says. */
export interface ExportRequest {
  readonly release: Release;
  readonly track: 'legacy' | 'clean';
  /** The clean track's seed. */
  readonly seed: number | undefined;
  readonly splits: readonly string[];
  /** Sorted by id. */
  readonly images: readonly ExportImage[];
  readonly leftOut: readonly ExportLeftOut[];
  /** The version of covid-ct. */
  readonly version: string;
}

/** Where an export goes, and who watches. */
export interface ExportContext {
  /** An empty folder; it becomes the target only when everything is written. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** An export format: one file each in this folder, listed in `exporters.ts`. */
export interface Exporter {
  readonly name: string;
  /** One line for help. */
  readonly describe: string;
  /** YAML lines for the front matter of the export's README, where its readers want them. */
  readonly frontMatter?: (request: ExportRequest) => readonly string[];
  /** Lines of Markdown: what lies in the folder and how to open it. */
  readonly usage: readonly string[];
  /** Writes everything but the README, the citations and the list of what was left out, which every export gets. */
  write(request: ExportRequest, context: ExportContext): Promise<void>;
}
