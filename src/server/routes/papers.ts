import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError } from '../../base/index.ts';
import { actorNamed, boxSchema, candidateStates, importExtraction, listCandidates, type ReviewedCandidate } from '../../curation/index.ts';
import { extractedFigureSchema, extractedPaperSchema, wholeSchema, type Candidate } from '../../papers/index.ts';
import { covidCtLabels } from '../../release/index.ts';
import type { Desk } from '../desk.ts';
import { jobRecordSchema, type JobRecord } from '../jobs/record.ts';
import type { InboxPaper } from '../inbox/inbox.ts';
import { correctPanels, picturesOf, type PaperPicture } from '../inbox/panels.ts';
import { refusal } from '../problem.ts';
import { answers, newRoutes, takes } from './route.ts';

const mostPdf = 100 * 1024 * 1024;

const paperSchema = z.object({
  id: z.string(),
  file: z.string(),
  bytes: z.number(),
  received: z.string(),
  /** The last reading of it. */
  job: jobRecordSchema.nullable(),
  /** What came of it; null before it was read. */
  paper: extractedPaperSchema.nullable(),
  selected: z.int(),
  /** Its candidates in review, whatever was decided. */
  inReview: z.int(),
}).openapi('Paper');
const listSchema = z.object({ papers: z.array(paperSchema) }).openapi('Papers');

const panelSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** In pixels of the picture. */
  box: boxSchema,
  picture: z.string(),
  /** In review; null where it is not sent yet. */
  state: z.enum(candidateStates).nullable(),
  /** How many events it has. */
  sequence: z.int().nullable(),
  selected: z.boolean(),
  letters: z.array(z.string()),
  caption: z.string().nullable(),
  reasons: z.array(z.string()),
  scores: z.record(z.string(), z.number()),
});
const pictureSchema = z.object({
  whole: wholeSchema,
  page: z.int(),
  xref: z.int().nullable(),
  figure: z.string().nullable(),
  caption: z.string().nullable(),
  source: z.string(),
  licence: z.string().nullable(),
  panels: z.array(panelSchema),
});
const detailSchema = paperSchema.extend({ figures: z.array(extractedFigureSchema), pictures: z.array(pictureSchema) }).openapi('PaperDetail');

const params = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) });
/** Who does it: a reviewer's id or a name. */
const by = z.string().trim().min(1).max(200);
const why = z.string().max(2000).default('');
const after = z.int().positive().optional();
const correctionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('recut'), by, why, panel: z.string(), box: boxSchema, after }),
  z.strictObject({ action: z.literal('add'), by, why, whole: z.string(), box: boxSchema }),
  z.strictObject({ action: z.literal('delete'), by, why, panel: z.string(), after }),
  z.strictObject({ action: z.literal('merge'), by, why, panels: z.array(z.string()).min(2).max(100) }),
  z.strictObject({ action: z.literal('undo'), by, why, panel: z.string() }),
]).openapi('PanelCorrection');
const sendSchema = z.strictObject({
  by, all: z.boolean().default(false),
  /** Only the panels of this picture. */
  whole: z.string().optional(),
  reviewers: z.union([z.literal(1), z.literal(2)]).default(1), label: z.enum(covidCtLabels).nullable().default('COVID'),
}).openapi('SendToReview');

const list = createRoute({ method: 'get', path: '/papers', summary: 'PDFs that were given, with what came of them', responses: answers(listSchema, 'The newest first.') });
const give = createRoute({ method: 'post', path: '/papers/uploads', summary: 'Give a PDF: it is kept, and read by covid-ct extract', request: { query: z.object({ name: z.string().min(1).max(300) }), body: { content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } } } }, responses: answers(paperSchema, 'The paper, with the job that reads it.') });
const one = createRoute({ method: 'get', path: '/papers/{id}', summary: 'A paper: pages, figures, captions, panels', request: { params }, responses: answers(detailSchema, 'All that is known of it.') });
const again = createRoute({ method: 'post', path: '/papers/{id}/extract', summary: 'Read it again', request: { params }, responses: answers(jobRecordSchema, 'The job.') });
const remove = createRoute({ method: 'delete', path: '/papers/{id}', summary: 'Forget the PDF; candidates of it stay', request: { params }, responses: answers(z.object({ removed: z.string() }), 'Its id.') });
const correct = createRoute({ method: 'post', path: '/papers/{id}/panels', summary: 'Correct a box by hand (covid-ct review recut, add, reject, merge, undo)', request: { params, body: takes(correctionSchema) }, responses: answers(z.object({ changed: z.array(z.string()) }), 'The candidates that it changed.') });
const send = createRoute({ method: 'post', path: '/papers/{id}/review', summary: 'Send candidates to review (covid-ct review import)', request: { params, body: takes(sendSchema) }, responses: answers(z.object({ added: z.int(), known: z.int(), notSelected: z.int() }), 'How many are new.') });

function toPanel({ id, candidate, extracted }: PaperPicture['panels'][number]): z.input<typeof panelSchema> {
  const origin = candidate?.record.origin;
  const own = origin?.kind === 'paper' ? origin : undefined;
  return {
    id,
    name: candidate?.record.name ?? extracted?.file ?? '',
    box: own?.panel ?? (extracted?.panel as [number, number, number, number]),
    picture: candidate?.record.picture.sha256 ?? extracted?.sha256 ?? '',
    state: candidate?.state ?? null,
    sequence: candidate?.sequence ?? null,
    selected: own?.selected ?? extracted?.selected ?? false,
    letters: extracted?.letters ?? [],
    caption: candidate?.record.caption ?? extracted?.panelCaption ?? null,
    reasons: own?.reasons ?? extracted?.reasons ?? [],
    scores: own?.scores ?? extracted?.scores ?? {},
  };
}

/** Papers: given, read in a job, their panels corrected by hand and sent to review. */
export function paperRoutes({ database, inbox, queue, bus }: Desk) {
  const jobOf = ({ id }: InboxPaper): JobRecord | null => queue.list().find((job) => job.kind === 'extract' && job.input['paper'] === id) ?? null;
  const begin = (paper: InboxPaper): Promise<JobRecord> => queue.add('extract', null, { paper: paper.id, name: paper.fileName, path: paper.path, out: paper.found });
  const summarise = async (paper: InboxPaper, candidates: readonly ReviewedCandidate[]): Promise<z.input<typeof paperSchema>> => {
    const extraction = await inbox.extraction(paper);
    const wholes = new Set((extraction?.candidates ?? []).map(({ whole }) => whole?.sha256));
    const inReview = candidates.filter(({ state, record: { origin } }) => origin.kind === 'paper' && origin.whole !== undefined && wholes.has(origin.whole.sha256) && state !== 'replaced' && state !== 'withdrawn').length;
    return { id: paper.id, file: paper.fileName, bytes: paper.bytes, received: paper.received, job: jobOf(paper), paper: extraction?.papers[0] ?? null, selected: (extraction?.candidates ?? []).filter(({ selected }) => selected).length, inReview };
  };
  const candidatesOf = (): Promise<readonly ReviewedCandidate[]> => database.use((store) => listCandidates(store.db));
  const extractionOf = async (paper: InboxPaper) => {
    const extraction = await inbox.extraction(paper);
    if (extraction === undefined) throw new CovidCtError('CONFLICT', `${paper.fileName} has not been read yet.`, { hint: 'Wait for its job, or look on the page Jobs why it failed.' });
    return extraction;
  };
  return newRoutes()
    .openapi(list, async (context) => {
      const papers = await inbox.list();
      const candidates = papers.length === 0 ? [] : await candidatesOf();
      return context.json(listSchema.parse({ papers: await Promise.all(papers.map((paper) => summarise(paper, candidates))) }), 200);
    })
    .openapi(give, async (context) => {
      if (!(context.req.header('content-type') ?? '').startsWith('application/pdf')) throw refusal(415, 'A paper is application/pdf.');
      const length = Number(context.req.header('content-length') ?? Number.NaN);
      if (!Number.isFinite(length)) throw refusal(411, 'An upload says how long it is.');
      if (length > mostPdf) throw new CovidCtError('LIMIT_EXCEEDED', `A PDF may hold ${mostPdf / 1024 / 1024} MB.`, { hint: 'covid-ct extract reads larger ones.' });
      const paper = await inbox.add(context.req.valid('query').name, new Uint8Array(await context.req.arrayBuffer()), new Date());
      // Given again, it is read again where nothing came of it.
      if (jobOf(paper) === null || ((await inbox.extraction(paper)) === undefined && ['failed', 'cancelled', 'done'].includes(jobOf(paper)?.state ?? ''))) await begin(paper);
      bus.say({ type: 'candidates' });
      return context.json(paperSchema.parse(await summarise(paper, [])), 200);
    })
    .openapi(one, async (context) => {
      const paper = await inbox.get(context.req.valid('param').id);
      const extraction = await inbox.extraction(paper);
      const candidates = await candidatesOf();
      const pictures = extraction === undefined ? [] : picturesOf(extraction, candidates);
      return context.json(
        detailSchema.parse({
          ...(await summarise(paper, candidates)),
          figures: extraction?.figures ?? [],
          pictures: pictures.map(({ whole, first, panels }) => ({ whole, page: first.page, xref: first.xref, figure: first.figure, caption: first.caption, source: first.source, licence: first.licence, panels: panels.map(toPanel) })),
        }),
        200,
      );
    })
    .openapi(again, async (context) => context.json(jobRecordSchema.parse(await begin(await inbox.get(context.req.valid('param').id))), 200))
    .openapi(remove, async (context) => {
      const { id } = context.req.valid('param');
      const job = jobOf(await inbox.get(id));
      if (job?.state === 'queued' || job?.state === 'running') throw new CovidCtError('CONFLICT', 'It is being read.', { hint: 'Cancel that first.' });
      await inbox.remove(id);
      bus.say({ type: 'candidates' });
      return context.json({ removed: id }, 200);
    })
    .openapi(correct, async (context) => {
      const paper = await inbox.get(context.req.valid('param').id);
      const { by: name, why: reason, ...correction } = context.req.valid('json');
      const extraction = await extractionOf(paper);
      const changed = await database.use(async (store) => correctPanels(store, extraction, paper.found, correction, await actorNamed(store.db, name, reason, new Date())));
      bus.say({ type: 'candidates' });
      return context.json({ changed: changed.map(({ id }) => id) }, 200);
    })
    .openapi(send, async (context) => {
      const paper = await inbox.get(context.req.valid('param').id);
      const { by: name, whole: chosen, ...options } = context.req.valid('json');
      const only = chosen === undefined ? {} : { only: ({ whole }: Candidate): boolean => whole?.sha256 === chosen };
      const extraction = await extractionOf(paper);
      const { added, known, notSelected } = await database.use(async (store) => importExtraction(store, extraction, paper.found, await actorNamed(store.db, name, `sent to review from ${paper.fileName}`, new Date()), { ...options, ...only }));
      bus.say({ type: 'candidates' });
      return context.json({ added: added.length, known, notSelected }, 200);
    });
}
