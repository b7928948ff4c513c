export * from './record.ts';
export { idOfExtracted, importExtraction, readExtraction, type ImportedExtraction, type ImportOptions } from './import-extraction.ts';
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
export { addPanel, deletePanel, recutCandidate } from './review/recut.ts';
export { blindFor, type BlindView } from './review/blind.ts';
export { readCandidatePicture } from './review/pictures.ts';
export { agreementOf, type Agreement } from './review/agreement.ts';
export { actorNamed, findReviewer, keyPath, listReviewers, newReviewer, readKey, type Reviewer } from './review/reviewers.ts';
export { confirmationFaults, confirmationSchema, keepConfirmation, listConfirmations, signConfirmation, type Confirmation } from './review/confirmations.ts';
export { describeCandidates, describeImages, indexPictures, knownPictures, livingCandidates, type KnownPicture, type KnownPictures } from './known-pictures.ts';
export { checkCandidates, checkedCandidateSchema, readCheckFacts, type CheckedCandidate, type CheckFacts } from './review/check-candidates.ts';
export { knownPapers, paperKey, readPaperFacts, recordRetraction, recordSamePaper } from './papers.ts';
export { bundleOf, parseSubmission, readBundle, writeBundle, type Bundle } from './submissions/bundle.ts';
export { checkAllWords, checkSubmission, refusals, type Check, type CheckContext, type CheckedCase, type CheckResult, type Refusal, type RefusalCode } from './submissions/check.ts';
export { contributionGuide } from './submissions/guide.ts';
export { checkContext, checkFacts, listReceipts, receiptOf, receiveSubmission, submissionId, withdrawSubmission, type Receipt, type SubmissionState } from './submissions/intake.ts';
export { inspectFile, type Inspection } from './submissions/inspect-file.ts';
export { bundleInMessage, composeMessage, defaultRecipient, longestMessage, openBundle } from './submissions/message.ts';
export { caseSchema, longestFile, submissionJsonSchema, submissionSchema, type Submission, type SubmittedCase } from './submissions/schema.ts';
export { readSubmittedFile, type SubmittedFile } from './submissions/submitted-file.ts';
export { listTombstones, withdrawImages, type Tombstone } from './withdrawals.ts';
export { compareReleases, hashImages, type ReleaseDiff } from './releases/diff.ts';
export { firstVersion, readReleaseDocument, releaseDocumentSchema, type ReleaseDocument, type VersionChanges } from './releases/document.ts';
export { makeRelease, planRelease, type MakeReleaseOptions, type PlannedRelease } from './releases/make-release.ts';
export { verifyGrown, type GrownVerification } from './releases/verify-grown.ts';
export { nextVersion, type ChangeLevel } from './releases/version.ts';
