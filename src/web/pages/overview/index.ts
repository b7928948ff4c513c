import { IconReportMedical } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** What the release is. */
export const overviewPage: Page = { path: 'overview', title: 'Release', navigation: { label: 'Release', icon: IconReportMedical, group: 'Look' }, load: () => import('./overview.tsx') };
