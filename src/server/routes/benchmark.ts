import { readFile } from 'node:fs/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError, ifThere, writeFileAtomic } from '../../base/index.ts';
import { epochRecordSchema, readPredictions, recipes } from '../../benchmark/index.ts';
import { precisionRecallCurve, rocCurve } from '../../statistics/index.ts';
import type { Desk } from '../desk.ts';
import type { DocumentRequest } from '../documents/documents.ts';
import { trainingSchema } from '../jobs/kinds/benchmark.ts';
import { jobRecordSchema } from '../jobs/record.ts';
import { refusal } from '../problem.ts';
import { slug } from '../shelf/shelf.ts';
import type { IndexedRelease } from '../shelf/indexed-release.ts';
import type { SubmissionEntry } from '../submissions/submissions.ts';
import { answers, documentStateSchema, newRoutes, releaseParams, takes } from './route.ts';

const figure = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
const metrics = z.record(z.string(), figure);

const boardSchema = z.object({
  boards: z.array(z.object({
    track: z.string(),
    folds: z.int().nullable(),
    part: z.string(),
    positive: z.string(),
    n: z.int(),
    positives: z.int(),
    rows: z.array(z.object({
      kind: z.enum(['model', 'control', 'published']), name: z.string(), sources: z.array(z.string()), recipe: z.string().nullable(), architecture: z.string().nullable(), seed: z.int().nullable(),
      metrics, patientAuc: figure, overlapsBestControl: z.boolean().nullable(), note: z.string().nullable(),
    })),
    bestControl: z.string().nullable(),
    againstControls: z.array(z.object({ pairs: z.array(z.object({ first: z.string(), second: z.string(), bootstrap: z.object({ auc: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable() }) })) })).default([]),
    incomplete: z.array(z.string()),
  })),
}).openapi('Boards');

const unit = { n: z.int(), positives: z.int(), clusters: z.int(), threshold: z.object({ value: z.number(), rule: z.string(), chosenOn: z.string() }).nullable(), metrics };
const evaluationSchema = z.object({
  ...unit,
  track: z.string(),
  split: z.string(),
  positive: z.string(),
  notice: z.string(),
  patients: z.object({ mean: z.object(unit), max: z.object(unit) }),
  confusion: z.unknown(),
  subgroups: z.array(z.object({ by: z.string(), value: z.string(), n: z.int(), positives: z.int(), auc: figure.optional(), sensitivity: figure.optional(), specificity: figure.optional() })),
  calibration: z.unknown(),
  decisionCurve: z.array(z.object({ threshold: z.number(), model: z.number(), all: z.number() })),
}).openapi('Evaluation');

const curvesSchema = z.object({
  n: z.int(),
  positives: z.int(),
  threshold: z.number(),
  roc: z.array(z.object({ x: z.number(), y: z.number() })),
  pr: z.array(z.object({ x: z.number(), y: z.number() })),
  scores: z.array(z.object({ key: z.string(), score: z.number(), positive: z.boolean() })),
}).openapi('Curves');

const difference = z.object({ value: z.number(), low: z.number(), high: z.number(), p: z.number(), pHolm: z.number() });
const comparisonSchema = z.object({
  positive: z.string(), n: z.int(), positives: z.int(), patients: z.int(), track: z.string(),
  models: z.array(z.object({ name: z.string(), metrics, patientAuc: figure })),
  pairs: z.array(z.object({ first: z.string(), second: z.string(), delong: difference, bootstrap: z.record(z.string(), difference.nullable()), patients: difference.nullable(), mcnemar: z.object({ p: z.number() }).loose().nullable() })),
}).openapi('Comparison');

const condition = z.object({ degradation: z.string(), strength: z.number(), setting: z.string(), auc: figure, aucChange: figure, callsChanged: z.int() }).loose();
const robustnessSchema = z.object({ positive: z.string(), n: z.int(), threshold: z.number(), clean: z.object({ auc: figure }).loose(), conditions: z.array(condition), bootstrap: z.object({ draws: z.int() }).loose() }).openapi('Robustness');

const epochsSchema = z.object({ epochs: z.array(epochRecordSchema), total: z.int().nullable(), run: z.string().nullable() }).openapi('Epochs');
const recipesSchema = z.object({ recipes: z.array(z.object({ recipe: z.string(), preset: z.string(), architecture: z.string(), epochs: z.int(), note: z.string() })) }).openapi('Recipes');

const submissionParams = releaseParams.extend({ id: z.string().regex(/^[a-z0-9-]{1,120}$/) });
const trackName = z.enum(['legacy', 'clean']);
const absent = z.object({ state: z.literal('absent') });

const board = createRoute({ method: 'get', path: '/releases/{release}/boards/{track}', summary: 'The leaderboard of a track, with cheating controls (covid-ct board)', request: { params: releaseParams.extend({ track: trackName }) }, responses: answers(z.union([documentStateSchema(boardSchema), absent]), 'The board, the job that makes it, or that there is nothing to judge yet.') });
const evaluation = createRoute({ method: 'get', path: '/releases/{release}/submissions/{id}/evaluation', summary: 'Figures with intervals (covid-ct evaluate)', request: { params: submissionParams }, responses: answers(documentStateSchema(evaluationSchema), 'The figures.') });
const curves = createRoute({ method: 'get', path: '/releases/{release}/submissions/{id}/curves', summary: 'ROC and precision-recall curves of the test scores', request: { params: submissionParams }, responses: answers(curvesSchema, 'Points of the curves.') });
const comparison = createRoute({ method: 'get', path: '/releases/{release}/comparison', summary: 'Two models on the same images (covid-ct compare)', request: { params: releaseParams, query: z.object({ a: z.string().max(120), b: z.string().max(120) }) }, responses: answers(documentStateSchema(comparisonSchema), 'The comparison.') });
const robustness = createRoute({ method: 'get', path: '/releases/{release}/submissions/{id}/robustness', summary: 'What degradations do to a model, where that was measured', request: { params: submissionParams }, responses: answers(z.union([documentStateSchema(robustnessSchema), absent]), 'The curves.') });
const startRobustness = createRoute({ method: 'post', path: '/releases/{release}/submissions/{id}/robustness', summary: 'Measure it (covid-ct robustness): minutes', request: { params: submissionParams }, responses: answers(documentStateSchema(robustnessSchema), 'The job.') });
const training = createRoute({ method: 'post', path: '/releases/{release}/trainings', summary: 'Begin a training (covid-ct train)', request: { params: releaseParams, body: takes(trainingSchema.openapi('Training')) }, responses: answers(jobRecordSchema, 'The job.') });
const recipeList = createRoute({ method: 'get', path: '/recipes', summary: 'Recipes and their presets', responses: answers(recipesSchema, 'All recipes.') });
const epochs = createRoute({ method: 'get', path: '/jobs/{id}/epochs', summary: 'What each epoch of a training gave so far', request: { params: z.object({ id: z.string().regex(/^j-[0-9a-f]{16}$/) }) }, responses: answers(epochsSchema, 'The epochs.') });
const upload = createRoute({
  method: 'post', path: '/releases/{release}/uploads/predictions', summary: "Anybody's scores, to be judged: a CSV with the header image,score",
  request: { params: releaseParams, query: z.object({ name: z.string().min(1).max(100), track: trackName.default('legacy') }), body: { content: { 'text/csv': { schema: z.string() } }, required: true } },
  responses: answers(z.object({ name: z.string() }), 'The name under which it stands.'),
});

/** Bytes of an uploaded table. */
const mostPredictions = 16 * 1024 * 1024;

const readText = (path: string): Promise<string | undefined> => ifThere(readFile(path, 'utf8'));

/** What can be judged, how it was judged, and trainings. */
export function benchmarkRoutes(desk: Desk) {
  const open = (release: string) => desk.shelf.open(release);
  /** The audit's file where there is one: duplicates need not be looked for again. */
  const auditPath = async (indexed: IndexedRelease): Promise<string | undefined> => {
    const request = desk.auditRequest(indexed);
    return (await desk.documents.peek(request)) === undefined ? undefined : desk.workspace.path('documents', `${desk.documents.nameOf(request)}.json`);
  };
  const auditOf = async (indexed: IndexedRelease, track: string) => (track === 'clean' ? await auditPath(indexed) : undefined);
  /** A table is judged on the track that it was uploaded for; a run knows its own. */
  const trackOf = ({ submission, track }: SubmissionEntry) => (submission.run === undefined ? { track } : {});
  const dependsOn = async (indexed: IndexedRelease, track: string, entries: readonly SubmissionEntry[]): Promise<string[]> => [...entries.map(({ tag }) => tag), track === 'clean' ? await desk.correctionsTag(indexed) : ''];
  const withAudit = (audit: string | undefined) => (audit === undefined ? {} : { audit });
  const evaluationRequest = async (indexed: IndexedRelease, entry: SubmissionEntry): Promise<DocumentRequest<z.infer<typeof evaluationSchema>>> => ({
    kind: 'evaluate', indexed, schema: evaluationSchema, dependsOn: await dependsOn(indexed, entry.track, [entry]),
    input: { path: entry.submission.path, name: entry.name, ...trackOf(entry), ...withAudit(await auditOf(indexed, entry.track)) },
  });
  const robustnessRequest = async (indexed: IndexedRelease, entry: SubmissionEntry): Promise<DocumentRequest<z.infer<typeof robustnessSchema>>> => ({
    kind: entry.degraded === undefined ? 'robustness' : 'recorded-robustness', indexed, schema: robustnessSchema, dependsOn: await dependsOn(indexed, entry.track, [entry]),
    input: { path: entry.submission.path, name: entry.name, ...(entry.degraded === undefined ? {} : { scores: entry.degraded }), ...withAudit(await auditOf(indexed, entry.track)) },
  });
  return newRoutes()
    .openapi(board, async (context) => {
      const { release, track } = context.req.valid('param');
      const indexed = await open(release);
      const entries = (await desk.submissions.list(indexed)).filter((entry) => entry.track === track);
      if (entries.length === 0) return context.json({ state: 'absent' as const }, 200);
      const input = { track, paths: entries.map(({ submission }) => submission.path), ...withAudit(await auditOf(indexed, track)) };
      return context.json(await desk.documents.get({ kind: 'board', indexed, input, dependsOn: await dependsOn(indexed, track, entries), schema: boardSchema }), 200);
    })
    .openapi(evaluation, async (context) => {
      const { release, id } = context.req.valid('param');
      const indexed = await open(release);
      const state = await desk.documents.get(await evaluationRequest(indexed, await desk.submissions.get(indexed, id)));
      return context.json(state as never, 200);
    })
    .openapi(curves, async (context) => {
      const { release, id } = context.req.valid('param');
      const indexed = await open(release);
      const entry = await desk.submissions.get(indexed, id);
      const { threshold, positive } = await desk.submissions.scores(indexed, id);
      const scores = (await entry.submission.rows('test')).flatMap(({ image, score }) => {
        const found = indexed.byName(image);
        return found === undefined || !Number.isFinite(score) ? [] : [{ key: found.key, score, positive: found.image.label === positive }];
      });
      const positives = scores.filter((one) => one.positive).length;
      const both = positives > 0 && positives < scores.length;
      return context.json(curvesSchema.parse({
        n: scores.length, positives, threshold, scores,
        roc: both ? rocCurve(scores).map(({ falsePositiveRate, truePositiveRate }) => ({ x: falsePositiveRate, y: truePositiveRate })) : [],
        pr: both ? precisionRecallCurve(scores).map(({ recall, precision }) => ({ x: recall, y: precision })) : [],
      }), 200);
    })
    .openapi(comparison, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const { a, b } = context.req.valid('query');
      const entries = [await desk.submissions.get(indexed, a), await desk.submissions.get(indexed, b)];
      const [first, second] = entries;
      if (first === undefined || second === undefined || first.track !== second.track) throw new CovidCtError('USAGE', 'The two are of different tracks.', { hint: 'Compare two of one track: their test images must be the same.' });
      const run = entries.find(({ submission }) => submission.run !== undefined);
      const input = { paths: entries.map(({ submission }) => submission.path), names: entries.map(({ name }) => name).join(' and '), ...(run === undefined ? { track: first.track } : {}), ...withAudit(await auditOf(indexed, first.track)) };
      return context.json(await desk.documents.get({ kind: 'compare', indexed, input, dependsOn: await dependsOn(indexed, first.track, entries), schema: comparisonSchema }), 200);
    })
    .openapi(robustness, async (context) => {
      const { release, id } = context.req.valid('param');
      const indexed = await open(release);
      const entry = await desk.submissions.get(indexed, id);
      const request = await robustnessRequest(indexed, entry);
      // What was recorded takes seconds to judge; pictures are degraded and scored only when a person asks for it.
      if (entry.degraded !== undefined) return context.json((await desk.documents.get(request)) as never, 200);
      const name = desk.documents.nameOf(request);
      const begun = desk.queue.list().some(({ document }) => document === name);
      if (!begun && (await desk.documents.peek(request)) === undefined) return context.json({ state: 'absent' as const }, 200);
      return context.json((await desk.documents.get(request)) as never, 200);
    })
    .openapi(startRobustness, async (context) => {
      const { release, id } = context.req.valid('param');
      const indexed = await open(release);
      const entry = await desk.submissions.get(indexed, id);
      if (entry.model === undefined) throw new CovidCtError('NOT_FOUND', `${entry.name} has no exported model.`, { hint: 'Train one here; recorded results are scores alone.' });
      return context.json((await desk.documents.get(await robustnessRequest(indexed, entry))) as never, 200);
    })
    .openapi(training, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const input = context.req.valid('json');
      if (input.recipe !== 'scratch' && input.init === undefined) throw new CovidCtError('USAGE', `The recipe ${input.recipe} starts from weights that were trained before.`, { hint: 'Name them: a file on the server’s machine, or a name of covid-ct models list.' });
      return context.json(jobRecordSchema.parse(await desk.queue.add('train', indexed.place.id, { ...input, ...withAudit(await auditOf(indexed, input.track)) })), 200);
    })
    .openapi(recipeList, (context) => context.json(recipesSchema.parse({ recipes: recipes.map(({ kind, preset, architecture, epochs: count, note }) => ({ recipe: kind, preset, architecture, epochs: count, note: note ?? '' })) }), 200))
    .openapi(epochs, async (context) => {
      const job = desk.queue.get(context.req.valid('param').id);
      const place = (await desk.shelf.list()).find(({ id }) => id === job.release);
      const input = trainingSchema.loose().safeParse(job.input);
      if (job.kind !== 'train' || !input.success) throw new CovidCtError('NOT_FOUND', 'This job is no training.');
      const out = desk.workspace.path('runs', `${input.data.recipe}-${input.data.preset}-${input.data.track}-seed${input.data.seed}-${job.id.slice(2, 8)}`);
      const lines = ((await readText(`${out}/epochs.jsonl`)) ?? '').split('\n').filter((line) => line !== '');
      const recipe = recipes.find(({ kind, preset }) => kind === input.data.recipe && preset === input.data.preset);
      return context.json(epochsSchema.parse({ epochs: lines.map((line) => JSON.parse(line) as unknown), total: input.data.epochs ?? recipe?.epochs ?? null, run: place === undefined ? null : out }), 200);
    })
    .openapi(upload, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const { name, track } = context.req.valid('query');
      const type = context.req.header('content-type') ?? '';
      if (!type.startsWith('text/csv')) throw refusal(415, 'A table of predictions is text/csv.');
      const length = Number(context.req.header('content-length') ?? Number.NaN);
      if (!Number.isFinite(length)) throw refusal(411, 'An upload says how long it is.');
      if (length > mostPredictions) throw new CovidCtError('LIMIT_EXCEEDED', `A table of predictions may hold ${mostPredictions / 1024 / 1024} MB.`);
      const bytes = new Uint8Array(await context.req.arrayBuffer());
      const rows = readPredictions(bytes, name);
      const foreign = rows.filter(({ image }) => indexed.byName(image) === undefined);
      if (rows.length === 0 || foreign.length > 0) {
        throw new CovidCtError('BAD_TABLE', rows.length === 0 ? `${name} has no row.` : `${foreign.length} of ${rows.length} rows of ${name} name no image of ${indexed.release.name}: ${foreign.slice(0, 5).map(({ image, row }) => `${JSON.stringify(image)} (row ${row})`).join(', ')}.`, { hint: 'Name images as in the name lists.' });
      }
      const kept = slug(name.replace(/\.csv$/i, ''));
      await writeFileAtomic(`${desk.submissions.uploadFolder(indexed.place.id)}/${track}/${kept}.csv`, bytes);
      desk.bus.say({ type: 'submissions', release: indexed.place.id });
      return context.json({ name: kept }, 200);
    });
}
