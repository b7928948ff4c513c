export { alterationNames, alterPixels, type Altered, type AlterationName } from './alterations.ts';
export { luma, toGray, toRgb } from './colour.ts';
export { drawArrow, drawLetter, fillPolygon, type Colour, type Point } from './drawing.ts';
export { crop, flipHorizontal, flipVertical, paste, type Rectangle } from './geometry.ts';
export { pictureFormat, readPictureHeader } from './header.ts';
export { modeOf, type Picture, type PictureHeader, type PictureMode } from './picture.ts';
export { centreCrop, resize, resizeShorterSide, type PassOrder, type ResizeFilter } from './resize.ts';
