export { joinPredictions, matchPredictions, type FaultyPrediction, type Prediction, type PredictionFault } from './join.ts';
export { formatPredictions, readPredictions, type PredictionRow, type RawPrediction } from './rows.ts';
