export * from './pdf/index.ts';
export * from './figures/index.ts';
export type { FoundCaption } from './captions/find.ts';
export { splitCaption, type CaptionPart, type SplitCaption } from './captions/parts.ts';
export { selectCaption, type PaperContext, type Selection } from './selection/select.ts';
export * from './candidates/index.ts';
export * from './extract/index.ts';
export * from './batch/index.ts';
export * from './names/index.ts';
