import type { Page } from '../app/page.ts';
import { imagesPage } from './images/index.ts';
import { jobsPage } from './jobs/index.ts';
import { overviewPage } from './overview/index.ts';

/** Every page, in the order of the navigation. */
export const pages: readonly Page[] = [overviewPage, imagesPage, jobsPage];
