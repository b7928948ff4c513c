export { fillChecklist, type AnsweredItem, type AuthorAnswers, type Checklist, type ChecklistItem } from './checklist.ts';
export { partCounts, type MadeStudy, type PartCount, type RunFacts } from './facts.ts';
export { gatherFacts, type ReportRequest } from './gather.ts';
export { checklists, makeRunReport, type RunReport } from './run-report.ts';
export { statementsOf, type StatementName } from './statements.ts';
