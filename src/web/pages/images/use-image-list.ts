import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { client, read } from '../../app/client.ts';
import type { GridImage, GridSource } from '../../components/image-grid/image-grid.tsx';
import type { ImagesSearch } from './search.ts';

/** Images asked for at once. */
const pageSize = 200;

/** The same list as long as no part has changed. */
const itemsOf = (results: readonly { readonly data: { readonly items: readonly GridImage[] } | undefined }[]): readonly (readonly GridImage[] | undefined)[] => results.map(({ data }) => data?.items);

const list = client.api.releases[':release'].images;

/** The images that the search finds, their parts asked for as they come into sight. */
export function useImageList(release: string, query: ImagesSearch): { readonly source: GridSource | undefined; readonly error: Error | null } {
  const [[first, last], setRange] = useState<readonly [number, number]>([0, 0]);
  const fetchPage = useCallback((page: number) => read(list.$get({ param: { release }, query: { ...query, offset: String(page * pageSize), limit: String(pageSize) } })), [release, query]);
  const key = useMemo(() => ['release', release, 'images', query] as const, [release, query]);
  // The first part tells how many there are; what was shown stays until it is here.
  const start = useQuery({ queryKey: [...key, 0], queryFn: () => fetchPage(0), placeholderData: keepPreviousData });
  const total = start.data?.total ?? 0;
  const pages = useMemo(() => {
    const from = Math.floor(first / pageSize);
    const to = Math.min(Math.floor(Math.max(0, total - 1) / pageSize), Math.floor(last / pageSize));
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).filter((page) => page > 0);
  }, [first, last, total]);
  const rest = useQueries({ queries: pages.map((page) => ({ queryKey: [...key, page], queryFn: () => fetchPage(page), staleTime: 300_000 })), combine: itemsOf });
  const want = useCallback((from: number, to: number) => setRange((before) => (before[0] === from && before[1] === to ? before : [from, to])), []);
  const firstItems = start.data?.items;
  const at = useMemo(() => {
    const byPage = new Map<number, readonly GridImage[] | undefined>([[0, firstItems], ...pages.map((page, i): [number, readonly GridImage[] | undefined] => [page, rest[i]])]);
    return (index: number): GridImage | undefined => byPage.get(Math.floor(index / pageSize))?.[index % pageSize];
  }, [firstItems, pages, rest]);
  const source = useMemo(() => (start.data === undefined ? undefined : { total, at, want }), [start.data, total, at, want]);
  return { source, error: start.error };
}
