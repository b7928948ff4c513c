export { featureControls, type ControlScores, type ControlTask } from './feature-controls.ts';
