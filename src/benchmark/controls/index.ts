export { featureControls, type ControlScores, type ControlTask } from './feature-controls.ts';
export { controlSection, judgeControls, shortcutSentence, type JudgedControl } from './judge-controls.ts';
export { controlParts, controlView, trainedControlNames, trainedControls, type TrainedControl } from './trained-controls.ts';
