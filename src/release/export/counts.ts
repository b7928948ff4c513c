import type { Release, ReleaseImage } from '../types.ts';

/** How many images of a label, and how many patients and papers they name. */
export interface LabelCounts {
  readonly label: string;
  readonly images: number;
  readonly bytes: number;
  readonly patients: number;
  readonly withoutPatient: number;
  readonly papers: number;
  readonly withoutPaper: number;
  readonly withDoi: number;
  readonly withAge: number;
  readonly withSex: number;
  readonly withCaption: number;
}

function distinct(values: readonly (string | undefined)[]): number {
  return new Set(values.filter((value) => value !== undefined)).size;
}

/** Counts of a release by label, from its own records. */
export function countByLabel(release: Release): LabelCounts[] {
  return release.labels.map((label): LabelCounts => {
    const images = release.images.filter((image) => image.label === label);
    const having = (test: (image: ReleaseImage) => boolean): number => images.filter(test).length;
    return {
      label,
      images: images.length,
      bytes: images.reduce((sum, image) => sum + image.size, 0),
      patients: distinct(images.map((image) => image.patient)),
      withoutPatient: having((image) => image.patient === undefined),
      papers: distinct(images.map((image) => image.paper)),
      withoutPaper: having((image) => image.paper === undefined),
      withDoi: having((image) => image.doi !== undefined),
      withAge: having((image) => image.metadata?.age.value !== undefined),
      withSex: having((image) => image.metadata?.sex.value !== undefined),
      withCaption: having((image) => image.metadata?.captions.value !== undefined),
    };
  });
}
