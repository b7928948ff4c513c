import { createRoute, z } from '@hono/zod-openapi';
import { analyseStudy, describeArm, describeRating, exportArchive, lockStudy, planHash, readingsDocument, recordLook, renderStudy, stateOf, summariseStudy, verdictLines, verifyStudy } from '../../study/index.ts';
import { roeMetzStructures } from '../../statistics/index.ts';
import type { Desk } from '../desk.ts';
import { simulatePowerApart } from '../studies/simulate-power.ts';
import { answers, newRoutes, takes } from './route.ts';

const studyParams = z.object({ study: z.string().max(60) });
const readerSchema = z.object({ id: z.string(), done: z.int(), total: z.int(), simulated: z.boolean() });
const summarySchema = z
  .object({ id: z.string(), title: z.string(), arms: z.int(), cases: z.int(), locked: z.boolean(), simulated: z.boolean(), synthetic: z.boolean(), readers: z.array(readerSchema) })
  .openapi('StudySummary');
const listSchema = z.object({ studies: z.array(z.union([summarySchema, z.object({ id: z.string(), fault: z.string() })])) }).openapi('Studies');
const detailSchema = z
  .object({
    summary: summarySchema,
    question: z.string(),
    planHash: z.string(),
    origin: z.string(),
    design: z.string(),
    rating: z.string(),
    arms: z.array(z.object({ id: z.string(), title: z.string(), what: z.string() })),
    margins: z.array(z.string()),
    /** Of each reader, as a path of this server. */
    links: z.array(z.object({ reader: z.string(), path: z.string() })),
    peeks: z.int(),
    notes: z.int(),
  })
  .openapi('StudyDetail');
const verificationSchema = z.object({ faults: z.array(z.string()), records: z.int(), pictures: z.int(), head: z.string().nullable() }).openapi('StudyVerification');
const verdictSchema = z.object({ lines: z.array(z.string()), deviations: z.array(z.string()), arms: z.array(z.object({ arm: z.string(), estimate: z.number(), low: z.number(), high: z.number() })) }).openapi('StudyVerdict');
const sizes = z.array(z.int().min(2).max(400)).min(1).max(5);
const powerSchema = z.strictObject({
  auc: z.number().gt(0.5).lt(1),
  difference: z.number().min(-0.4).max(0.4),
  goal: z.enum(['difference', 'non-inferiority', 'equivalence']),
  margin: z.number().positive().max(0.4).default(0.05),
  readers: sizes,
  cases: z.array(z.int().min(8).max(400)).min(1).max(4),
  variance: z.enum(Object.keys(roeMetzStructures) as [keyof typeof roeMetzStructures]),
  simulations: z.int().min(20).max(300).default(100),
});
const pointsSchema = z.object({ points: z.array(z.object({ readers: z.int(), cases: z.int(), power: z.number(), standardError: z.number() })) }).openapi('Power');

const list = createRoute({ method: 'get', path: '/studies', summary: 'Reading studies of the workspace', responses: answers(listSchema, 'Studies by their id.') });
const one = createRoute({ method: 'get', path: '/studies/{study}', summary: 'A study: plan, readers, links', request: { params: studyParams }, responses: answers(detailSchema, 'Without a single figure of the result.') });
const verify = createRoute({ method: 'get', path: '/studies/{study}/verification', summary: 'Whether records and pictures are as they were written', request: { params: studyParams }, responses: answers(verificationSchema, 'Faults, if any.') });
const lock = createRoute({ method: 'post', path: '/studies/{study}/lock', summary: 'Lock a study; then it may be analysed', request: { params: studyParams, body: takes(z.strictObject({ incomplete: z.string().min(1).max(500).optional() })) }, responses: answers(z.object({ locked: z.string() }), 'When.') });
const analyse = createRoute({ method: 'post', path: '/studies/{study}/analysis', summary: 'The verdict; before the lock only as a peek, which is recorded', request: { params: studyParams, body: takes(z.strictObject({ peek: z.string().min(1).max(100).optional() })) }, responses: answers(verdictSchema, 'In sentences.') });
const report = createRoute({ method: 'get', path: '/studies/{study}/report', summary: 'The report of a locked study', request: { params: studyParams }, responses: { 200: { description: 'One HTML page.', content: { 'text/html': { schema: z.string() } } } } });
const archive = createRoute({ method: 'get', path: '/studies/{study}/export', summary: 'Readings of a locked study in every layout (covid-ct study export)', request: { params: studyParams }, responses: { 200: { description: 'A zip.', content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } } } } });
const power = createRoute({ method: 'post', path: '/studies/power', summary: 'Power by simulation', request: { body: takes(powerSchema) }, responses: answers(pointsSchema, 'Power at each size.') });

/** What the lead of a study asks for. */
export function studyRoutes({ studies, version, workspace: { folder: workspace } }: Desk) {
  return newRoutes()
    .openapi(list, async (context) => context.json(listSchema.parse({ studies: await studies.list() }), 200))
    .openapi(power, async (context) => context.json(pointsSchema.parse({ points: await simulatePowerApart(context.req.valid('json'), workspace) }), 200))
    .openapi(one, async (context) => {
      const study = await studies.get(context.req.valid('param').study);
      const { plan, key } = study;
      const state = stateOf(await study.log.read());
      const { nonInferiorityMargin, equivalenceMargin } = plan.analysis;
      return context.json(
        detailSchema.parse({
          summary: await summariseStudy(study),
          question: plan.question,
          planHash: planHash(plan),
          origin: key.origin,
          design: `${plan.design.kind}, wash-out ${plan.design.washOutDays} days`,
          rating: describeRating(plan),
          arms: plan.arms.map((arm) => ({ id: arm.id, title: arm.title ?? '', what: describeArm(arm) })),
          margins: [...(nonInferiorityMargin === undefined ? [] : [`non-inferiority ${nonInferiorityMargin}`]), ...(equivalenceMargin === undefined ? [] : [`equivalence ${equivalenceMargin}`])],
          links: key.readers.map(({ id, token }) => ({ reader: id, path: `/read/${plan.id}/${token}` })),
          peeks: state.peeks.length,
          notes: state.notes.length,
        }),
        200,
      );
    })
    .openapi(verify, async (context) => {
      const { faults, records, pictures, head } = await verifyStudy((await studies.get(context.req.valid('param').study)).folder);
      return context.json(verificationSchema.parse({ faults, records, pictures, head: head ?? null }), 200);
    })
    .openapi(lock, async (context) => {
      const { at } = await lockStudy(await studies.get(context.req.valid('param').study), new Date(), context.req.valid('json').incomplete);
      return context.json({ locked: at }, 200);
    })
    .openapi(analyse, async (context) => {
      const study = await studies.get(context.req.valid('param').study);
      await recordLook(study, 'analysed', new Date(), context.req.valid('json').peek);
      const document = await readingsDocument(study);
      const analysis = analyseStudy(document);
      const arms = (analysis.figures[0]?.analyses[0]?.arms ?? []).map(({ arm, estimate, logit }) => ({ arm, estimate, ...logit }));
      return context.json(verdictSchema.parse({ lines: verdictLines(document, analysis), deviations: analysis.deviations, arms }), 200);
    })
    .openapi(archive, async (context) => {
      const study = await studies.get(context.req.valid('param').study);
      await recordLook(study, 'exported', new Date());
      const zip = await exportArchive(await readingsDocument(study));
      return context.body(new Uint8Array(zip), 200, { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${study.plan.id}.zip"`, 'cache-control': 'no-store' }) as never;
    })
    .openapi(report, async (context) => {
      const study = await studies.get(context.req.valid('param').study);
      await recordLook(study, 'analysed', new Date());
      const document = await readingsDocument(study);
      // The page's own policy is in it; that of the workbench would forbid its styles.
      return context.html(renderStudy(document, analyseStudy(document), { version }), 200, { 'content-security-policy': "default-src 'none'; img-src data:; style-src 'unsafe-inline'" });
    });
}
