export * from './pdf/index.ts';
export * from './figures/index.ts';
export type { FoundCaption } from './captions/find.ts';
