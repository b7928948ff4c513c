export { drawPages, type DrawnPage } from './draw-pages.ts';
export { extractFigures, extractPaper, type DrawnCandidate, type ExtractOptions, type PaperExtraction } from './extract-paper.ts';
export type { PaperFacts } from './facts.ts';
export type { CutPanel, CutPicture, PanelCutter } from './panels.ts';
