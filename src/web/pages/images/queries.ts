import { queryOptions } from '@tanstack/react-query';
import { client, read } from '../../app/client.ts';
import type { ImagesSearch } from './search.ts';

/** Images asked for at once. */
export const pageSize = 200;

const { images, facets } = client.api.releases[':release'];

/** A part of the list, as the server is asked. */
export function pageQuery(release: string, query: ImagesSearch, page: number) {
  return queryOptions({
    queryKey: ['release', release, 'images', query, page],
    queryFn: () => read(images.$get({ param: { release }, query: { ...query, offset: String(page * pageSize), limit: String(pageSize) } })),
    staleTime: page === 0 ? 30_000 : 300_000,
  });
}

/** The first part, which tells how many there are. */
export const firstPageQuery = (release: string, query: ImagesSearch) => pageQuery(release, query, 0);

/** How many images each condition would leave. */
export function facetsQuery(release: string, query: ImagesSearch) {
  return queryOptions({ queryKey: ['release', release, 'facets', query], queryFn: () => read(facets.$get({ param: { release }, query })) });
}
