import type { Page } from '../app/page.ts';
import { auditPage } from './audit/index.ts';
import { benchmarkPage } from './benchmark/index.ts';
import { contributePage } from './contribute/index.ts';
import { imagePage } from './image/index.ts';
import { imagesPage } from './images/index.ts';
import { jobsPage } from './jobs/index.ts';
import { overviewPage } from './overview/index.ts';
import { paperPage, papersPage } from './papers/index.ts';
import { reviewPage } from './review/index.ts';
import { makeStudyPage, powerPage, studiesPage, studyPage } from './studies/index.ts';
import { tryPage } from './try/index.ts';

/** Every page, in the order of the navigation. */
export const pages: readonly Page[] = [overviewPage, imagesPage, imagePage, tryPage, auditPage, benchmarkPage, jobsPage, papersPage, paperPage, reviewPage, contributePage, studiesPage, studyPage, makeStudyPage, powerPage];
