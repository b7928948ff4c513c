import { join } from 'node:path';
import { createStudy, openStudy, readPlan, type Study } from './index.ts';

/** When the studies of tests begin. */
export const testStart = new Date('2026-01-05T08:00:00Z');

/** A plan of synthetic cases, as small as an analysis allows; `changes` are fields of the plan. */
export function testPlan(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    covidCtStudy: 1,
    id: 'small',
    title: 'A small study',
    question: 'Does the window matter?',
    seed: 3,
    cases: { source: 'phantoms', positives: 4, negatives: 4, slices: 3, size: 64 },
    arms: [{ id: 'units', view: 'series', hounsfield: true }, { id: 'window', view: 'slice', window: 'lung' }],
    design: { kind: 'fully-crossed', washOutDays: 0 },
    rating: { kind: 'scale' },
    readers: [{ id: 'anna' }, { id: 'boris' }],
    ...changes,
  });
}

/** Makes a study of {@link testPlan} in a folder and opens it. */
export async function makeTestStudy(folder: string, changes: Readonly<Record<string, unknown>> = {}): Promise<Study> {
  const plan = readPlan(testPlan(changes), 'plan');
  const target = join(folder, plan.id);
  await createStudy(plan, target, undefined, { base: folder, now: () => testStart, version: '0' });
  return openStudy(target);
}

/** The screen that readers of tests declare. */
export const testScreen = { width: 1920, height: 1080, wedge: true, room: true } as const;
