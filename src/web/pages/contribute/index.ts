import { IconHeartHandshake } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** Giving images, and receiving what others give. */
export const contributePage: Page = { path: 'contribute', title: 'Contribute', navigation: { label: 'Contribute', icon: IconHeartHandshake, group: 'Grow' }, load: () => import('./contribute.tsx') };
