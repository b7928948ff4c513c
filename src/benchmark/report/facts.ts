import { findArchitecture, stateDeclarations } from '../../models/index.ts';
import type { Release } from '../../release/index.ts';
import type { Track } from '../../splits/index.ts';
import type { JudgedControl } from '../controls/index.ts';
import type { Evaluation, EvaluationContext } from '../evaluation/index.ts';
import { clusterOf } from '../evaluation/index.ts';
import type { ExplainedImage, GalleryPicture } from '../explain/index.ts';
import { architectureOptions } from '../training/network.ts';
import type { EpochRecord, RunDocument } from '../training/run-document.ts';

/** What a study that was made of the run says, and where it stands. */
export interface MadeStudy {
  readonly sentence: string;
  /** Relative to the report. */
  readonly href: string;
}

/** Everything that a report is made from. */
export interface RunFacts {
  readonly run: RunDocument;
  readonly epochs: readonly EpochRecord[];
  readonly release: Release;
  readonly track: Track;
  readonly evaluation: Evaluation;
  readonly context: EvaluationContext;
  /** On the images that the run is judged on. */
  readonly controls: readonly JudgedControl[];
  /** Hits and misses; undefined where the run's folder holds no model. */
  readonly gallery: { readonly pictures: readonly GalleryPicture[]; readonly explained: readonly ExplainedImage[]; readonly counts: ReadonlyMap<ExplainedImage['outcome'], number> } | undefined;
  /** By `covid-ct explain`. */
  readonly attention: MadeStudy | undefined;
  /** By `covid-ct robustness`. */
  readonly robustness: MadeStudy | undefined;
}

/** A part of the data in numbers. */
export interface PartCount {
  readonly part: string;
  readonly label: string;
  readonly images: number;
  /** Patients, or groups where none is named. */
  readonly patients: number;
  /** Patients whose sex and whose age the release tells. */
  readonly withSex: number;
  readonly withAge: number;
  readonly female: number;
}

/** The part of a run that an image is in, by the parts of its track: in folds, those of the run's fold. */
function partOf(part: string, { parts, kind }: Track, fold: number | null): string {
  if (kind === 'split' || fold === null) return part;
  if (part === parts[fold - 1]) return 'test';
  return part === parts[fold % parts.length] ? 'val' : 'train';
}

/** Images and patients of each part and label. */
export function partCounts({ run, release, track }: Pick<RunFacts, 'run' | 'release' | 'track'>): PartCount[] {
  const { fold } = run.configuration.track;
  return ['train', 'val', 'test'].flatMap((part) =>
    release.labels.map((label): PartCount => {
      const own = track.images.filter((entry) => entry.label === label && partOf(entry.part, track, fold) === part);
      const patients = new Map(own.map((entry) => [clusterOf(entry), entry]));
      const told = [...patients.values()].map(({ image }) => image.metadata);
      return {
        part,
        label,
        images: own.length,
        patients: patients.size,
        withSex: told.filter((row) => row?.sex.value !== undefined).length,
        withAge: told.filter((row) => row?.age.value !== undefined).length,
        female: told.filter((row) => row?.sex.value === 'F').length,
      };
    }),
  );
}

/** Trained numbers of the run's network. */
export function countParameters({ configuration }: RunDocument): number {
  return stateDeclarations(findArchitecture(configuration.architecture), architectureOptions(configuration.recipe))
    .filter(({ kind }) => kind === 'parameter')
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}
