/** What the page knows of the server: types alone, from which its client is made. Nothing of it remains in the built page. */
export type { Api } from './app.ts';
export type { ServerEvent } from './bus.ts';
export type { Problem } from './problem.ts';
export type { JobRecord, JobState } from './jobs/record.ts';
