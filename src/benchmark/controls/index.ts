export { featureControls, type ControlScores, type ControlTask } from './feature-controls.ts';
export { bestControl, controlSection, imagesAuc, judgeControls, reachesDownTo, shortcutSentence, type JudgedControl, type ScoredControl } from './judge-controls.ts';
export { keptControls } from './kept-controls.ts';
export { controlParts, controlView, trainedControlNames, trainedControls, type TrainedControl } from './trained-controls.ts';
