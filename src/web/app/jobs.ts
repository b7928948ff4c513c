import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JobRecord } from '../../server/client-types.ts';
import { client, read } from './client.ts';

/** Where the cache keeps the list of jobs. */
export const jobsKey = ['jobs'] as const;

/** Every job, kept current by the server's events. */
export function useJobs() {
  return useQuery({ queryKey: jobsKey, queryFn: () => read(client.api.jobs.$get()) });
}

/** One of them; undefined while it is not known. */
export function useJob(id: string | undefined): JobRecord | undefined {
  return useJobs().data?.jobs.find((job) => job.id === id);
}

/** Begins a job, and gives it. */
export function useStartJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: { readonly kind: string; readonly release: string | null; readonly input: Record<string, unknown> }) => read(client.api.jobs.$post({ json: request })),
    onSettled: () => queries.invalidateQueries({ queryKey: jobsKey }),
  });
}

/** Cancels a job, begins it again, or forgets it. */
export function useJobAction() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, action }: { readonly id: string; readonly action: 'cancel' | 'retry' | 'remove' }): Promise<void> => {
      const job = client.api.jobs[':id'];
      if (action === 'remove') await read(job.$delete({ param: { id } }));
      else await read(job[action].$post({ param: { id } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: jobsKey }),
  });
}

/** Whether a job may still change by itself. */
export const isActive = ({ state }: Pick<JobRecord, 'state'>): boolean => state === 'queued' || state === 'running';
