export { modeOf, type Picture, type PictureHeader, type PictureMode } from './picture.ts';
