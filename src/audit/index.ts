export * from './types.ts';
export * from './corrections/index.ts';
export { auditRelease, nameImages, type Audit, type AuditOptions, type CheckReport } from './audit.ts';
export { compareNatural, defect, defectCodes, type DefectCode, type DefectDetails } from './codes.ts';
export { auditDocumentSchema, auditJsonSchema, auditNotice, toAuditDocument, type AuditDocument } from './document.ts';
