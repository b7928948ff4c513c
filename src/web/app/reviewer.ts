import { useLocalStorage } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, read } from './client.ts';

/** Who decides in this browser: the id of a registered reviewer, or a name; empty where nobody said. */
export function useReviewer() {
  return useLocalStorage({ key: 'covid-ct-reviewer', defaultValue: '', getInitialValueInEffect: false });
}

/** Everybody who is registered. */
export function useReviewers() {
  return useQuery({ queryKey: ['reviewers'], queryFn: () => read(client.api.reviewers.$get()) });
}

/** Registers a reviewer, with a key of their own. */
export function useNewReviewer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (json: { readonly name: string; readonly qualification: string }) => read(client.api.reviewers.$post({ json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['reviewers'] }),
  });
}

/** The address of a picture that is an object of the workspace. */
export const objectAddress = (sha256: string, side?: 160 | 320 | 640 | 1200): string => (side === undefined ? `/api/pictures/${sha256}/file` : `/api/pictures/${sha256}/thumbnail?side=${side}`);
