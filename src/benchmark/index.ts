export * from './predictions/index.ts';
