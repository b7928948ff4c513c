import { IconProgress } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** Long work. */
export const jobsPage: Page = { path: 'jobs', title: 'Jobs', navigation: { label: 'Jobs', icon: IconProgress, group: 'Judge' }, load: () => import('./jobs.tsx') };
