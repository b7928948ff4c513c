export { modelFileName, readModelFile, type ModelFile } from './model-file.ts';
export { predictPictures, type PredictionResult, type PredictOptions, type ScoredPicture, type UnreadPicture } from './predict.ts';
export { Scorer, type Outputs } from './scorer.ts';
export { picturesAt, picturesListed, picturesOf, type PictureSource } from './sources.ts';
