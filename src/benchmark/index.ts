export * from './predictions/index.ts';
export { findRecipe, recipeKinds, recipes } from './recipes/presets.ts';
export { recipeSchema, type Recipe } from './recipes/recipe.ts';
export { defaultThreads, runName } from './training/configuration.ts';
export { hashOfParts, partsOf, type Example, type Parts } from './training/parts.ts';
export { prepareRun, researchOnly, type PreparedRun, type RunRequest } from './training/prepare.ts';
export { epochRecordSchema, runDocumentSchema, type EpochRecord, type RunConfiguration, type RunDocument } from './training/run-document.ts';
export { createRunFolder, openRunFolder, type Checkpoint, type RunFolder } from './training/run-folder.ts';
export { trainRun, type RunOutcome, type TrainingInput } from './training/train.ts';
