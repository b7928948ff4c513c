export * from './record.ts';
export { importExtraction, readExtraction, type ImportedExtraction, type ImportOptions } from './import-extraction.ts';
export { decisions, type CandidateEvent, type Decision, type PlacedEvent } from './review/events.ts';
export { candidateStates, foldCandidate, type CandidateState, type ReviewedCandidate, type Vote } from './review/state.ts';
export { candidateHistory, countCandidates, getCandidate, listCandidates, type Actor, type CandidateFilter } from './review/candidates.ts';
export {
  askReviewers,
  cropCandidate,
  decideCandidate,
  editCandidate,
  mergeCandidates,
  splitCandidate,
  undoCandidate,
  withdrawCandidate,
  type Change,
} from './review/actions.ts';
export { readCandidatePicture } from './review/pictures.ts';
export { agreementOf, type Agreement } from './review/agreement.ts';
export { findReviewer, keyPath, listReviewers, newReviewer, readKey, type Reviewer } from './review/reviewers.ts';
export { confirmationFaults, confirmationSchema, keepConfirmation, listConfirmations, signConfirmation, type Confirmation } from './review/confirmations.ts';
