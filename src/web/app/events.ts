import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { JobRecord, ServerEvent } from '../../server/client-types.ts';
import { jobsKey } from './jobs.ts';

/** Puts what the server tells into the cache, so that every page that shows it changes. */
function hear(queries: QueryClient, event: ServerEvent): void {
  switch (event.type) {
    case 'job': {
      const { job } = event;
      queries.setQueryData<{ jobs: readonly JobRecord[] }>(jobsKey, (before) => {
        if (before === undefined) return before;
        const known = before.jobs.some(({ id }) => id === job.id);
        return { jobs: known ? before.jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...before.jobs] };
      });
      if (['done', 'failed', 'cancelled'].includes(job.state)) {
        void queries.invalidateQueries({ queryKey: ['document'] });
        void queries.invalidateQueries({ queryKey: ['release'] });
        if (job.kind === 'extract') void queries.invalidateQueries({ queryKey: ['papers'] });
      }
      break;
    }
    case 'job-removed':
      queries.setQueryData<{ jobs: readonly JobRecord[] }>(jobsKey, (before) => (before === undefined ? before : { jobs: before.jobs.filter(({ id }) => id !== event.id) }));
      break;
    case 'corrections':
    case 'submissions':
      void queries.invalidateQueries({ queryKey: ['document', event.release] });
      void queries.invalidateQueries({ queryKey: ['release', event.release] });
      break;
    case 'candidates':
      for (const key of ['papers', 'review', 'reviewers', 'contributions']) void queries.invalidateQueries({ queryKey: [key] });
      break;
    case 'contributions':
      for (const key of ['contributions', 'review']) void queries.invalidateQueries({ queryKey: [key] });
      break;
    case 'shelf':
      void queries.invalidateQueries();
      break;
  }
}

/** Listens to the server while the page is looked at: a browser gives a place few connections, and tabs that nobody sees need none. */
export function useServerEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    const listen = (): void => {
      if (document.visibilityState === 'hidden') {
        source?.close();
        source = undefined;
        return;
      }
      if (source !== undefined) return;
      source = new EventSource('/api/events');
      // What happened while nobody listened.
      source.addEventListener('hello', () => void queries.invalidateQueries({ queryKey: jobsKey }));
      source.addEventListener('change', (message: MessageEvent<string>) => hear(queries, JSON.parse(message.data) as ServerEvent));
    };
    listen();
    document.addEventListener('visibilitychange', listen);
    return () => {
      document.removeEventListener('visibilitychange', listen);
      source?.close();
    };
  }, [queries]);
}
