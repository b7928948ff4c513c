export { aucClusterBootstrap, quantile, type ClusteredScore } from './bootstrap.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { midranks } from './ranks.ts';
export { aucDelong, delongVariance, rocAuc, rocCurve, type Interval, type RocPoint, type Scored } from './roc.ts';
export { fisherExactP, mannWhitneyP } from './two-samples.ts';
