import { createRootRoute, createRoute, createRouter, Navigate, redirect } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Waiting } from '../components/waiting.tsx';
import { pages } from '../pages/index.ts';
import { client, read } from './client.ts';
import type { Page } from './page.ts';
import { queries } from './queries.ts';
import { releaseQuery } from './release.ts';
import { Shell } from './shell.tsx';
import { parseSearch, stringifySearch, type RawSearch } from './url-state.ts';

const root = createRootRoute({ notFoundComponent: () => <Navigate to="/" replace /> });

/** The address alone leads to the first release: a real one where there is one. */
const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: async () => {
    const { releases } = await read(client.api.status.$get());
    throw redirect({ to: `/${releases[0]?.id ?? 'sample'}/overview`, replace: true });
  },
});

const shell = createRoute({ getParentRoute: () => root, path: '/$release', component: Shell });
const index = createRoute({ getParentRoute: () => shell, path: '/', component: () => <Navigate to="./overview" replace /> });

/** A page as a route, with the window's title. */
function routeOf(page: Page) {
  const Loaded = lazy(page.load);
  function Titled() {
    useEffect(() => {
      document.title = `${page.title} · covid-ct`;
    }, []);
    return <Suspense fallback={<Waiting />}><Loaded /></Suspense>;
  }
  return createRoute({
    getParentRoute: () => shell,
    path: page.path,
    component: Titled,
    // Code and data are asked for at once, before anything is drawn; nothing waits here for either.
    loader: ({ params, location }) => {
      const { release } = params as { readonly release: string };
      void queries.prefetchQuery(releaseQuery(release));
      page.prefetch?.(queries, release, location.search as RawSearch);
      void page.load().catch(() => undefined);
    },
  });
}

const ReadingRoom = lazy(() => import('../pages/reading-room/reading-room.tsx'));
/** Readers come in by a link of their own, and see nothing of the workbench. */
const reading = createRoute({ getParentRoute: () => root, path: '/read/$study/$token', component: () => <Suspense fallback={<Waiting />}><ReadingRoom /></Suspense> });

/** The pages by their addresses. */
export const router = createRouter({
  routeTree: root.addChildren([home, reading, shell.addChildren([index, ...pages.map(routeOf)])]),
  parseSearch,
  stringifySearch,
  defaultPendingComponent: Waiting,
  defaultErrorComponent: ({ error }) => <ErrorPanel error={error} />,
  scrollRestoration: false,
});
