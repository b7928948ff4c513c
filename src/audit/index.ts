export * from './types.ts';
export * from './corrections/index.ts';
