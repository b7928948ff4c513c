import { IconLayoutGrid } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** All images. */
export const imagesPage: Page = { path: 'images', title: 'Images', navigation: { label: 'Images', icon: IconLayoutGrid, group: 'Look' }, load: () => import('./images.tsx') };
