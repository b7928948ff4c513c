export * from './types.ts';
export { openPdf, pdfReaders } from './open.ts';
export { renderBox, renderPages, type RenderedPage } from './pdfium-reader.ts';
export { inflateAtOnce } from './fast-inflate.ts';
