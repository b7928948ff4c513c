import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, read } from './client.ts';

const corrections = client.api.releases[':release'].corrections;

/** What was proposed and decided. */
export function useCorrections(release: string) {
  return useQuery({ queryKey: ['release', release, 'corrections'], queryFn: () => read(corrections.$get({ param: { release } })) });
}

type ProposeBody = Parameters<typeof corrections.$post>[0]['json'];
type DecideBody = Parameters<typeof corrections.decide.$post>[0]['json'];

/** Proposes corrections. */
export function usePropose(release: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (json: ProposeBody) => read(corrections.$post({ param: { release }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['release', release, 'corrections'] }),
  });
}

/** Accepts or rejects them. */
export function useDecide(release: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (json: DecideBody) => read(corrections.decide.$post({ param: { release }, json })),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ['release', release, 'corrections'] }), queries.invalidateQueries({ queryKey: ['document', release, 'track'] })]),
  });
}
