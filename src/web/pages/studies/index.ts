import { IconChartLine, IconEyeCheck } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** Reading studies of the workspace. */
export const studiesPage: Page = { path: 'studies', title: 'Studies', navigation: { label: 'Studies', icon: IconEyeCheck, group: 'Study' }, load: () => import('./studies.tsx') };
/** One of them. */
export const studyPage: Page = { path: 'studies/$study', title: 'Study', load: () => import('./study.tsx') };
/** Make one from a plan. */
export const makeStudyPage: Page = { path: 'make-study', title: 'Make a study', load: () => import('./make-study.tsx') };
/** How many readers and cases a study needs. */
export const powerPage: Page = { path: 'power', title: 'Power', navigation: { label: 'Power', icon: IconChartLine, group: 'Study' }, load: () => import('./power.tsx') };
