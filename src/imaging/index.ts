export { luma, toGray, toRgb } from './colour.ts';
export { crop, flipHorizontal, flipVertical, paste, type Rectangle } from './geometry.ts';
export { pictureFormat, readPictureHeader } from './header.ts';
export { modeOf, type Picture, type PictureHeader, type PictureMode } from './picture.ts';
export { centreCrop, resize, resizeShorterSide, type PassOrder, type ResizeFilter } from './resize.ts';
