import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, read } from '../../app/client.ts';
import { useDocument } from '../../app/document.ts';

type ListQuery = Parameters<typeof client.api.review.$get>[0]['query'];

/** Candidates on which a decision is due, in a state, or all. */
export function useReviewList(query: ListQuery) {
  return useQuery({ queryKey: ['review', 'list', query], queryFn: () => read(client.api.review.$get({ query })), placeholderData: (before) => before });
}

/** A candidate in the list. */
export type ReviewItem = NonNullable<ReturnType<typeof useReviewList>['data']>['items'][number];

/** One candidate, as this reviewer may see it. */
export function useReviewCandidate(id: string, by: string) {
  return useQuery({ queryKey: ['review', 'one', id, by], enabled: id !== '', queryFn: () => read(client.api.review[':id'].$get({ param: { id }, query: { by } })) });
}

/** See {@link useReviewCandidate}. */
export type ReviewCandidate = NonNullable<ReturnType<typeof useReviewCandidate>['data']>;

/** How reviewers agree. */
export function useAgreement() {
  return useQuery({ queryKey: ['review', 'agreement'], queryFn: () => read(client.api.review.agreement.$get()) });
}

/** Copies, known and retracted papers, by candidate. */
export function useChecks(release: string) {
  return useDocument(release, ['review', 'checks'], () => read(client.api.releases[':release'].review.checks.$get({ param: { release } })));
}

/** What can be done to a candidate. */
export type ReviewAction = Parameters<(typeof client.api.review)[':id']['$post']>[0]['json'];

/** Does it. */
export function useReviewAction() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, json }: { readonly id: string; readonly json: ReviewAction }) => read(client.api.review[':id'].$post({ param: { id }, json })),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['review'] }), queries.invalidateQueries({ queryKey: ['papers'] })]),
  });
}

/** The last attempt at the next release. */
export function useNextState(release: string) {
  return useQuery({ queryKey: ['release', release, 'next'], queryFn: () => read(client.api.releases[':release'].next.$get({ param: { release } })) });
}

/** Begins to make the next release, or to say what it would hold. */
export function useNextRelease(release: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (json: { readonly dryRun: boolean }) => read(client.api.releases[':release'].next.$post({ param: { release }, json })),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['jobs'] }), queries.invalidateQueries({ queryKey: ['release', release, 'next'] })]),
  });
}
