import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, problemOf, read } from '../../app/client.ts';

/** Every paper that was given. */
export function usePapers() {
  return useQuery({ queryKey: ['papers'], queryFn: () => read(client.api.papers.$get()) });
}

/** A paper in the list. */
export type PaperEntry = NonNullable<ReturnType<typeof usePapers>['data']>['papers'][number];

/** One paper with its pages, figures and panels. */
export function usePaper(id: string) {
  return useQuery({ queryKey: ['papers', id], queryFn: () => read(client.api.papers[':id'].$get({ param: { id } })) });
}

/** See {@link usePaper}. */
export type PaperDetail = NonNullable<ReturnType<typeof usePaper>['data']>;
/** A picture of it. */
export type PaperPicture = PaperDetail['pictures'][number];
/** A panel of that. */
export type PaperPanel = PaperPicture['panels'][number];

/** Gives PDFs to the server, one after another; those that are refused do not keep the others back. */
export function useGivePapers() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (files: readonly File[]) => {
      const refused: string[] = [];
      for (const file of files) {
        // Whether it is a PDF says its content, by whoever reads it.
        const response = await fetch(`/api/papers/uploads?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers: { 'content-type': 'application/pdf' }, body: file });
        if (!response.ok) refused.push(`${file.name}: ${(await problemOf(response)).problem.detail}`);
        await queries.invalidateQueries({ queryKey: ['papers'] });
      }
      return refused;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['papers'] }),
  });
}

type Correction = Parameters<(typeof client.api.papers)[':id']['panels']['$post']>[0]['json'];

/** Corrects boxes. */
export function useCorrectPanels(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (json: Correction) => read(client.api.papers[':id'].panels.$post({ param: { id }, json })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['papers'] }),
  });
}

/** Sends candidates to review. */
export function useSendToReview(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (json: Parameters<(typeof client.api.papers)[':id']['review']['$post']>[0]['json']) => read(client.api.papers[':id'].review.$post({ param: { id }, json })),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['papers'] }), queries.invalidateQueries({ queryKey: ['review'] })]),
  });
}

/** Reads a paper again, or forgets it. */
export function usePaperAction() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, action }: { readonly id: string; readonly action: 'extract' | 'remove' }): Promise<void> => {
      const paper = client.api.papers[':id'];
      if (action === 'remove') await read(paper.$delete({ param: { id } }));
      else await read(paper.extract.$post({ param: { id } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['papers'] }),
  });
}
