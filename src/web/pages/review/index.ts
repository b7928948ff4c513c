import { IconListCheck } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** Candidates, one at a time. */
export const reviewPage: Page = { path: 'review', title: 'Review', navigation: { label: 'Review', icon: IconListCheck, group: 'Grow' }, load: () => import('./review.tsx') };
