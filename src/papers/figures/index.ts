export { findFigures, type Figure, type FigurePart, type FoundFigures } from './find.ts';
export type { PlacedPicture } from './stitch.ts';
