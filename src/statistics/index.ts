export { fleissKappa, intraclassCorrelation, type IntraclassCorrelation } from './agreement.ts';
export {
  aucClusterBootstrap,
  clusterBootstrap,
  clusterDraws,
  hasBothClasses,
  percentileInterval,
  quantile,
  type BootstrapInterval,
  type BootstrapOptions,
  type Clustered,
  type ClusteredScore,
  type Figures,
} from './bootstrap.ts';
export { brierScore, calibrationBins, calibrationError, logLoss, recalibrate, type CalibrationBin, type Recalibration } from './calibration.ts';
export { confusionAt, confusionFigures, type ConfusionFigures, type ConfusionMatrix } from './confusion.ts';
export { decisionCurve, type DecisionPoint } from './decision-curve.ts';
export { cohenKappa, type Kappa, type KappaWeights } from './kappa.ts';
export { mean } from './mean.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { delongTest, delongTestOfMeans, differenceFrom, holm, mcnemarExact, type McNemarTest, type PairedDifference, type PairedGroups, type PairedScores } from './paired.ts';
export { averagePrecision, precisionRecallCurve, type PrecisionRecallPoint } from './precision-recall.ts';
export { wilsonInterval } from './proportions.ts';
export { midranks } from './ranks.ts';
export { aucDelong, aucHanleyMcNeil, delongVariance, rocAuc, rocCurve, type RocPoint } from './roc.ts';
export type { Interval, Scored } from './scored.ts';
export { sensitivityThreshold, youdenThreshold } from './thresholds.ts';
export { fisherExactP, mannWhitneyP } from './two-samples.ts';
export { weightedAuc } from './weighted-auc.ts';
export { scoreLocalisation, type LocalisationFigures, type LocatedReading, type Place, type TruePlace } from './localisation.ts';
export { type CovarianceMethod } from './multi-reader/covariances.ts';
export { type FigureOfMerit } from './multi-reader/figures.ts';
export { equivalence, nonInferiority, type MarginVerdict } from './multi-reader/margins.ts';
export {
  analyseReaders,
  hillisDegrees,
  readerDifferences,
  type ArmDifference,
  type ArmEstimate,
  type ArmTest,
  type DegreesMethod,
  type ErrorTerms,
  type Inference,
  type MultiReaderAnalysis,
} from './multi-reader/obuchowski-rockette.ts';
export { type MultiReaderData } from './multi-reader/readings.ts';
export { drawRoeMetz, roeMetzAucs, roeMetzStructures, separationOf, type RoeMetzModel } from './multi-reader/roe-metz.ts';
export { chiSquareUpperTail, fUpperTail, studentCdf, studentQuantile } from './student.ts';
