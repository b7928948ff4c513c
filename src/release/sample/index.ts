export { drawSample, sampleName, sampleSeed, type Sample } from './sample.ts';
export type { PlantedDefect } from './types.ts';
