export { comparedFigures, compareModels, type ComparedFigure, type ComparedFigures, type ComparedPair, type Comparison, type Difference } from './compare.ts';
export { requireSameImages, type ComparedModel, type ModelMember } from './models.ts';
export { comparisonDocument, comparisonLines, differenceText, modelLetter, pText, renderComparison, type ComparisonContext } from './report.ts';
