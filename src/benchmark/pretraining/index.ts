export { pretrainingDocumentSchema, pretrainingEpochSchema, type PretrainingConfiguration, type PretrainingDocument, type PretrainingEpoch } from './document.ts';
export { createPretrainingFolder, openPretrainingFolder, reopenPretrainingFolder, type PretrainingFolder } from './folder.ts';
export { findPretrainingPlan, pretrainingPlans, pretrainingPlanSchema, type PretrainingPlan } from './plan.ts';
export { preparePretraining, pretrainingName, type PreparedPretraining, type PretrainingRequest } from './prepare.ts';
export { pretrain, type FinishedPretraining, type PretrainingInput } from './pretrain.ts';
export { openPictures, trainingImages, type PretrainingSource } from './source.ts';
export { stagesOf } from './stages.ts';
