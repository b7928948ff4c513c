import type { Icon } from '@tabler/icons-react';
import type { ComponentType } from 'react';

/** A page of the workbench: one folder in `pages/`, one line in `pages/index.ts`. */
export interface Page {
  /** Below the release: `images`, `images/$key`. */
  readonly path: string;
  /** Of the browser's window. */
  readonly title: string;
  /** Its place in the navigation; a page without one is reached from others. */
  readonly navigation?: { readonly label: string; readonly icon: Icon; readonly group: 'Look' | 'Judge' | 'Grow' | 'Study' };
  /** Loads it when it is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}
