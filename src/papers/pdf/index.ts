export * from './types.ts';
export { openPdf, pdfReaders } from './open.ts';
export { renderBox } from './pdfium-reader.ts';
