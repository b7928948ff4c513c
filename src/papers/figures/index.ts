export { findFigures, type Figure, type FigurePart, type FoundFigures } from './find.ts';
export { placePictures } from './place.ts';
export type { PlacedPicture } from './stitch.ts';
