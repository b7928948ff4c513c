import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { JobRecord } from '../../server/client-types.ts';

/** A document that a command makes, as the server answers. */
export type DocumentAnswer<T> = { readonly state: 'ready'; readonly document: T } | { readonly state: 'pending' | 'failed'; readonly job: JobRecord };

/** A document that a command makes: asked for again when its job is over. */
export function useDocument<T>(release: string, name: readonly unknown[], get: () => Promise<DocumentAnswer<T>>): UseQueryResult<DocumentAnswer<T>> {
  // The event of its job's end asks again at once; this is for events that were missed.
  return useQuery({ queryKey: ['document', release, ...name], queryFn: get, refetchInterval: ({ state }) => (state.data?.state === 'pending' ? 5000 : false) });
}
