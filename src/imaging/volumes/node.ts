/** Reading and writing volumes: needs Node. */
export { decompressDicom } from './dicom-decompress.ts';
export { isDicom, parseDicom, type DicomElement, type DicomFile } from './dicom-file.ts';
export { dicomSlice, type DicomSlice } from './dicom-slice.ts';
export { volumeOfSlices } from './dicom-series.ts';
export { dicomOfSlice } from './dicom-write.ts';
export { readNifti } from './nifti.ts';
export { openVolume } from './open-volume.ts';
export { cleanDicom } from './dicom-clean.ts';
export { makePaperPicture, type PaperOptions } from './paper.ts';
