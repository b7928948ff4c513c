export { makeBoard, type Board, type BoardModel, type BoardRequest, type BoardRow } from './board.ts';
export { findSubmissions } from './discover.ts';
export { publishedResults, publishedTest, type PublishedResult } from './published.ts';
export { boardLines, boardsDocument, boardTitle, markOf, renderBoards, type BoardContext } from './report.ts';
export { boardFigures, type BoardFigure } from './row-figures.ts';
