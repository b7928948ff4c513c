import { IconChartHistogram } from '@tabler/icons-react';
import type { Page } from '../../app/page.ts';

/** Models, judged. */
export const benchmarkPage: Page = { path: 'benchmark', title: 'Benchmark', navigation: { label: 'Benchmark', icon: IconChartHistogram, group: 'Judge' }, load: () => import('./benchmark.tsx') };
