import { IconFlask } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** A picture of one's own. */
export const tryPage: Page = { path: 'try', title: 'Try', navigation: { label: 'Try', icon: IconFlask, group: 'Look' }, load: () => import('./try.tsx') };
