import { IconStethoscope } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** What is wrong with the release, and what is done about it. */
export const auditPage: Page = { path: 'audit', title: 'Audit', navigation: { label: 'Audit', icon: IconStethoscope, group: 'Judge' }, load: () => import('./audit.tsx') };
