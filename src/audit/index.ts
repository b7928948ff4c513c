export * from './types.ts';
export * from './corrections/index.ts';
export { auditRelease, nameImages, type Audit, type AuditOptions, type CheckReport } from './audit.ts';
export { compareNatural, defect, defectCodes, type DefectCode, type DefectDetails } from './codes.ts';
export { borderOnly, controls, findMarks, lungsOut, meaningfulAuc, trainControl, type Control, type ControlInput, type ControlModel, type ControlSample, type ControlView } from './controls/index.ts';
export { createPictureCache, type PictureCache } from './picture-cache.ts';
export { renderAudit, type Thumbnail } from './report.ts';
export { makeThumbnails } from './thumbnails.ts';
export { auditDocumentSchema, auditJsonSchema, auditNotice, toAuditDocument, type AuditDocument } from './document.ts';
export {
  createDuplicateIndex,
  describePicture,
  findDuplicates,
  findDuplicatesOf,
  type Alignment,
  type Comparison,
  type DescribedPicture,
  type DuplicateIndex,
  type DuplicateOptions,
  type DuplicateSearch,
  type PicturePair,
} from './duplicates/index.ts';
