import type { JobRecord } from './jobs/record.ts';

/** What happens in the server that a page may want to know at once. */
export type ServerEvent =
  | { readonly type: 'job'; readonly job: JobRecord }
  | { readonly type: 'job-removed'; readonly id: string }
  | { readonly type: 'corrections'; readonly release: string }
  | { readonly type: 'submissions'; readonly release: string }
  /** Papers, candidates or reviewers changed. */
  | { readonly type: 'candidates' }
  | { readonly type: 'contributions' }
  | { readonly type: 'shelf' };

/** Tells everybody who listens. */
export interface Bus {
  say(event: ServerEvent): void;
  /** @returns what stops listening */
  hear(listener: (event: ServerEvent) => void): () => void;
  readonly listeners: number;
}

/** A bus without listeners. */
export function createBus(): Bus {
  const listeners = new Set<(event: ServerEvent) => void>();
  return {
    say: (event) => {
      for (const listener of listeners) listener(event);
    },
    hear: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get listeners() {
      return listeners.size;
    },
  };
}
