import type { Icon } from '@tabler/icons-react';
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { RawSearch } from './url-state.ts';

/** A page of the workbench: one folder in `pages/`, one line in `pages/index.ts`. */
export interface Page {
  /** Below the release: `images`, `images/$key`. */
  readonly path: string;
  /** Of the browser's window. */
  readonly title: string;
  /** Its place in the navigation; a page without one is reached from others. */
  readonly navigation?: { readonly label: string; readonly icon: Icon; readonly group: 'Look' | 'Judge' | 'Grow' | 'Study' };
  /** Asks for what it will show, while its code is still on its way. */
  readonly prefetch?: (queries: QueryClient, release: string, search: RawSearch) => void;
  /** Loads it when it is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}
