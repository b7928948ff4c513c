/** The half of imaging that needs Node: decoding and encoding by sharp. The browser never loads it. */
export { decodePicture, defaultDecodeLimits, type DecodeLimits } from './decode.ts';
export { allDegradations } from './degradations/node.ts';
export { encodeJpeg, encodePng } from './encode.ts';
export { alterPicture } from './recompress.ts';
export { makeThumbnail } from './thumbnail.ts';
export { cleanDicom, decompressDicom, dicomOfSlice, dicomSlice, isDicom, makePaperPicture, openVolume, parseDicom, readNifti, volumeOfSlices, type DicomElement, type DicomFile, type DicomSlice, type PaperOptions } from './volumes/node.ts';
