import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { GridImage, GridSource } from '../../components/image-grid/image-grid.tsx';
import { firstPageQuery, pageQuery, pageSize } from './queries.ts';
import type { ImagesSearch } from './search.ts';

/** The same list as long as no part has changed. */
const itemsOf = (results: readonly { readonly data: { readonly items: readonly GridImage[] } | undefined }[]): readonly (readonly GridImage[] | undefined)[] => results.map(({ data }) => data?.items);

/** How many images the search finds, and the first of them; what was shown stays until the answer is here. */
export function useFirstPage(release: string, query: ImagesSearch) {
  return useQuery({ ...firstPageQuery(release, query), placeholderData: keepPreviousData });
}

/** The images that the search finds, their parts asked for as they come into sight. */
export function useImageList(release: string, query: ImagesSearch): { readonly source: GridSource | undefined; readonly error: Error | null } {
  // Of parts, not of images: while one scrolls, a change of state would draw the page anew with every row.
  const [[from, to], setRange] = useState<readonly [number, number]>([0, 0]);
  const start = useFirstPage(release, query);
  const total = start.data?.total ?? 0;
  const pages = useMemo(() => {
    const last = Math.min(Math.floor(Math.max(0, total - 1) / pageSize), to);
    return Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => from + i).filter((page) => page > 0);
  }, [from, to, total]);
  const rest = useQueries({ queries: pages.map((page) => pageQuery(release, query, page)), combine: itemsOf });
  const want = useCallback((first: number, last: number) => {
    const wanted = [Math.floor(first / pageSize), Math.floor((last + pageSize / 4) / pageSize)] as const;
    setRange((before) => (before[0] === wanted[0] && before[1] === wanted[1] ? before : wanted));
  }, []);
  const firstItems = start.data?.items;
  const at = useMemo(() => {
    const byPage = new Map<number, readonly GridImage[] | undefined>([[0, firstItems], ...pages.map((page, i): [number, readonly GridImage[] | undefined] => [page, rest[i]])]);
    return (index: number): GridImage | undefined => byPage.get(Math.floor(index / pageSize))?.[index % pageSize];
  }, [firstItems, pages, rest]);
  const source = useMemo(() => (start.data === undefined ? undefined : { total, at, want }), [start.data, total, at, want]);
  return { source, error: start.error };
}
