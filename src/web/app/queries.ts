import { QueryClient } from '@tanstack/react-query';
import { ServerProblem } from './client.ts';

/** What the server has answered, for all pages. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What was refused stays refused; an answer that did not come may come.
      retry: (failures, error) => failures < 2 && !(error instanceof ServerProblem && error.problem.status >= 400 && error.problem.status < 500),
    },
  },
});
