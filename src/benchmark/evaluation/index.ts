export { aggregations, clusterOf, imageCases, imagesOfPart, patientCases, type Aggregation, type JudgedCase } from './cases.ts';
export { evaluationCharts, rocChart, type NamedCases } from './charts.ts';
export { benchmarkNotice, evaluationDocument, figureOrder, figureTitles, type EvaluationContext, type EvaluationDocument } from './document.ts';
export { bootstrapSeed, evaluate, type Evaluation, type EvaluationRequest } from './evaluate.ts';
export {
  bootstrapDraws,
  fewestClusters,
  figuresOf,
  scoreFigureNames,
  thresholdFigureNames,
  type Figure,
  type FigureName,
  type OperatingPoint,
  type UnitFigures,
} from './figures.ts';
export { legacyLines, legacyMetrics, type LegacyMetrics } from './legacy-metrics.ts';
export { recordOf } from './record.ts';
export { evaluationSections, figureText, methodLines, renderEvaluation, reportBanners, unitsOf } from './report.ts';
export { subgroupKinds, type Subgroup, type SubgroupKind } from './subgroups.ts';
export { openSubmission, type RunSummary, type RunTrack, type Submission } from './submission.ts';
export { chooseThresholds, thresholdTitles, wantedSensitivity, type Threshold, type ThresholdRule } from './thresholds.ts';
