import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { ServerProblem } from './app/client.ts';
import { router } from './app/router.tsx';
import { theme, variables } from './app/theme.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What was refused stays refused; an answer that did not come may come.
      retry: (failures, error) => failures < 2 && !(error instanceof ServerProblem && error.problem.status >= 400 && error.problem.status < 500),
    },
  },
});

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
// Where the dialogs' library (react-remove-scroll, by get-nonce) looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const place = document.querySelector('#root');
if (place === null) throw new Error('The page has no place for the workbench.');

createRoot(place).render(
  <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="dark" colorSchemeManager={localStorageColorSchemeManager({ key: 'covid-ct-theme' })} getStyleNonce={() => nonce}>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <Notifications position="bottom-right" />
    </QueryClientProvider>
  </MantineProvider>,
);
