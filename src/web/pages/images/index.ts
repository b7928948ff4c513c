import { IconLayoutGrid } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';
import { readUrl } from '../../app/url-state.ts';
import { facetsQuery, firstPageQuery } from './queries.ts';
import { parts, searchOf } from './search.ts';

/** All images. */
export const imagesPage: Page = {
  path: 'images',
  title: 'Images',
  navigation: { label: 'Images', icon: IconLayoutGrid, group: 'Look' },
  prefetch: (queries, release, raw) => {
    const search = searchOf(readUrl(parts, raw));
    void queries.prefetchQuery(firstPageQuery(release, search)).then(() => queries.prefetchQuery(facetsQuery(release, search)));
  },
  load: () => import('./images.tsx'),
};
