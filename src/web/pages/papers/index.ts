import { IconFileTypePdf } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** PDFs that were given. */
export const papersPage: Page = { path: 'papers', title: 'Papers', navigation: { label: 'Papers', icon: IconFileTypePdf, group: 'Grow' }, load: () => import('./papers.tsx') };
/** One of them: its pages, figures, captions and panels. */
export const paperPage: Page = { path: 'papers/$paper', title: 'Paper', load: () => import('./paper.tsx') };
