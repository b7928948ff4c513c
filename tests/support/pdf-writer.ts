export * from '../../src/papers/generator/pdf-writer.ts';
