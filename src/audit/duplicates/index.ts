export {
  createDuplicateIndex,
  describePicture,
  findDuplicates,
  findDuplicatesOf,
  type DescribedPicture,
  type DuplicateIndex,
  type DuplicateOptions,
  type DuplicateSearch,
  type PicturePair,
} from './find-duplicates.ts';
export type { Alignment } from './alignment.ts';
export type { Comparison } from './comparison.ts';
