export { conditionsOf, degradationNames, degradationsOf, degraded, keyOf, type Condition } from './conditions.ts';
export { degradedExamples } from './examples.ts';
export { judgeRobustness, type ConditionFigures, type Robustness } from './judge.ts';
export { conditionScoresOf, readRecordedScores, type RecordedScores } from './recorded.ts';
export { changeText, curveOf, lossFrom, renderRobustness, robustnessDocument, robustnessLines, verdictOf, type DegradedExample, type RobustnessContext } from './report.ts';
export { openScoresFile, type ScoredChunk } from './scores-file.ts';
export { scoreConditions, type ConditionScores } from './scores.ts';
export { countText, renderSlices, sliceLines, slicesDocument, type StudiedModel } from './slices-report.ts';
export { fewestImages, sliceCounts, studySlices, type SliceFigures, type SliceStudy } from './slices.ts';
