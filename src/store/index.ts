export { jobStates, type Database, type JobState, type Schema } from './schema.ts';
export { openMemoryStore, openStore, type Store, type StoreOptions } from './store.ts';
export { canonicalJson } from '../base/index.ts';
export { appendEvent, readEvents, readEventsOf, verifyEvents, type NewEvent, type StoredEvent } from './events.ts';
export type { JobQueue } from './jobs/queue.ts';
export type { Job, JobError, JobLogLine, JobProgress, JobRequest } from './jobs/types.ts';
export { defineJob, type AnyJobDefinition, type JobContext, type JobDefinition } from './jobs/definition.ts';
export { startJobRunner, type JobRunner, type JobRunnerOptions } from './jobs/runner.ts';
