import { mkdir } from 'node:fs/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError, pathExists, writeFileAtomic } from '../../base/index.ts';
import { checkPlan, describeArm, describeRating, planTemplates, readPlan, studyFolder, type StudyPlan } from '../../study/index.ts';
import type { Desk } from '../desk.ts';
import { planPath } from '../jobs/kinds/study.ts';
import { jobRecordSchema } from '../jobs/record.ts';
import { answers, newRoutes, releaseParams, takes } from './route.ts';

const planText = z.strictObject({ text: z.string().max(500_000) });
const planSchema = z.object({
  id: z.string(),
  title: z.string(),
  question: z.string(),
  cases: z.int(),
  source: z.string(),
  design: z.string(),
  rating: z.string(),
  arms: z.array(z.object({ id: z.string(), title: z.string(), what: z.string() })),
  readers: z.int(),
  nonInferiorityMargin: z.number().optional(),
  equivalenceMargin: z.number().optional(),
  /** A study of this id is there already. */
  taken: z.boolean(),
});
const checkedSchema = z.object({ faults: z.array(z.string()), plan: planSchema.optional() }).openapi('CheckedPlan');
const templatesSchema = z.object({ templates: z.array(z.object({ name: z.string(), text: z.string() })) }).openapi('PlanTemplates');

const templates = createRoute({ method: 'get', path: '/study-templates', summary: 'Plans to start from (covid-ct study template)', responses: answers(templatesSchema, 'All of them.') });
const check = createRoute({ method: 'post', path: '/study-plans', summary: 'Look at a plan: what it asks for, or every fault', request: { body: takes(planText) }, responses: answers(checkedSchema, 'The plan in words, or its faults.') });
const make = createRoute({ method: 'post', path: '/releases/{release}/studies', summary: 'Make a study from a plan (covid-ct study new)', request: { params: releaseParams, body: takes(planText) }, responses: answers(jobRecordSchema, 'The job.') });

/** Cases that a plan asks for, those for practice left out. */
function caseCount({ cases }: StudyPlan): number {
  if (cases.source === 'release') return Object.values(cases.perLabel).reduce((sum, count) => sum + count, 0);
  return cases.source === 'phantoms' ? cases.positives + cases.negatives : cases.volumes.length;
}

function sourceOf({ cases }: StudyPlan): string {
  if (cases.source === 'release') return `pictures of the release, ${cases.track} track${cases.part === undefined ? '' : `, ${cases.part}`}: ${Object.entries(cases.perLabel).map(([label, count]) => `${count} ${label}`).join(', ')}`;
  return cases.source === 'phantoms' ? `synthetic phantoms of ${cases.slices} slices: ${cases.positives} with lesions, ${cases.negatives} without` : 'volumes that the plan names';
}

/** Making studies from the page, by the command line's own plans and command. */
export function studyPlanRoutes({ workspace, queue }: Desk) {
  const isTaken = (plan: StudyPlan) => pathExists(studyFolder(workspace, plan.id));
  return newRoutes()
    .openapi(templates, (context) => context.json({ templates: Object.entries(planTemplates).map(([name, text]) => ({ name, text })) }, 200))
    .openapi(check, async (context) => {
      const checked = checkPlan(context.req.valid('json').text);
      if ('faults' in checked) return context.json({ faults: [...checked.faults] }, 200);
      const { plan } = checked;
      const { nonInferiorityMargin, equivalenceMargin } = plan.analysis;
      return context.json(
        checkedSchema.parse({
          faults: [],
          plan: {
            id: plan.id,
            title: plan.title,
            question: plan.question,
            cases: caseCount(plan),
            source: sourceOf(plan),
            design: `${plan.design.kind}, wash-out ${plan.design.washOutDays} days`,
            rating: describeRating(plan),
            arms: plan.arms.map((arm) => ({ id: arm.id, title: arm.title ?? '', what: describeArm(arm) })),
            readers: plan.readers.length,
            nonInferiorityMargin,
            equivalenceMargin,
            taken: await isTaken(plan),
          },
        }),
        200,
      );
    })
    .openapi(make, async (context) => {
      const { text } = context.req.valid('json');
      const plan = readPlan(text, 'This');
      if (await isTaken(plan)) throw new CovidCtError('CONFLICT', `There is a study ${plan.id} already.`, { hint: 'Give the plan another id: a study cannot be changed.' });
      await mkdir(workspace.path('plans'), { recursive: true });
      await writeFileAtomic(planPath(workspace, plan.id), text);
      return context.json(jobRecordSchema.parse(await queue.add('study', context.req.valid('param').release, { plan: plan.id })), 200);
    });
}
