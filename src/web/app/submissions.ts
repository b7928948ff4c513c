import { useQuery } from '@tanstack/react-query';
import { client, read } from './client.ts';

/** Runs, recorded results and uploaded tables of a release. */
export function useSubmissions(release: string) {
  return useQuery({ queryKey: ['release', release, 'submissions'], queryFn: () => read(client.api.releases[':release'].submissions.$get({ param: { release } })) });
}

/** One of them. */
export type Submission = NonNullable<ReturnType<typeof useSubmissions>['data']>['submissions'][number];
