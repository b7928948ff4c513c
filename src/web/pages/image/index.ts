import type { Page } from '../../app/page.ts';

/** One image. */
export const imagePage: Page = { path: 'images/$key', title: 'Image', load: () => import('./image.tsx') };
