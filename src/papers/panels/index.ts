export { splitPanels } from './split.ts';
export type { Panel, PanelExpectation, PanelScores, PanelSplit } from './types.ts';
