import { createRoute, z } from '@hono/zod-openapi';
import { sha256 } from '../../base/index.ts';
import {
  actorNamed, agreementOf, askReviewers, blindFor, boxSchema, candidateHistory, candidateStates, categorySchema, checkedCandidateSchema, countCandidates, cropCandidate, decideCandidate, decisions, editableSchema,
  editCandidate, getCandidate, listCandidates, listReviewers, recutCandidate, splitCandidate, undoCandidate, withdrawCandidate, type Actor, type CandidateFilter, type PlacedEvent, type ReviewedCandidate,
} from '../../curation/index.ts';
import type { Store } from '../../store/index.ts';
import type { Desk } from '../desk.ts';
import { isOver, jobRecordSchema } from '../jobs/record.ts';
import { answers, documentStateSchema, newRoutes, releaseParams, takes } from './route.ts';

/** Lists that a page asks for: those on which a decision of this reviewer is due, those in a state, or all. */
const lists = ['due', ...candidateStates, 'all'] as const;
const by = z.string().trim().min(1).max(200);
const whoQuery = z.object({ by: z.string().max(200).default('') });
const listQuery = whoQuery.extend({ show: z.enum(lists).default('due'), paper: z.string().max(300).default('') });

const itemSchema = z.object({ id: z.string(), state: z.enum(candidateStates), name: z.string(), label: z.string().nullable(), picture: z.string(), reviewers: z.int(), figure: z.string().nullable() });
const listSchema = z.object({
  items: z.array(itemSchema),
  /** Of all candidates, or of the paper's. */
  counts: z.partialRecord(z.enum(candidateStates), z.int()),
  papers: z.array(z.string()),
}).openapi('ReviewList');

const nullable = z.string().nullable();
const originSchema = z.object({
  kind: z.enum(['paper', 'submission']), paper: nullable, page: z.int().nullable(), figure: nullable, panel: boxSchema.nullable(), whole: z.object({ sha256: z.string(), width: z.int(), height: z.int() }).nullable(),
  selected: z.boolean(), reasons: z.array(z.string()), scores: z.record(z.string(), z.number()), submission: nullable, contributor: nullable,
});
const voteSchema = z.object({ by: z.string(), name: z.string(), qualification: nullable, decision: z.enum(decisions), why: z.string(), at: z.string(), final: z.boolean() });
const candidateSchema = z.object({
  id: z.string(), state: z.enum(candidateStates), name: z.string(), label: nullable, sequence: z.int(), reviewers: z.int(),
  picture: z.object({ sha256: z.string(), width: z.int(), height: z.int() }),
  category: categorySchema.nullable(), hounsfield: z.boolean(), origin: originSchema, notes: z.array(z.string()),
  description: z.object({ patient: nullable, doi: nullable, caption: nullable, licence: nullable, age: nullable, sex: nullable, location: nullable, history: nullable, time: nullable, severity: nullable, otherDiseases: nullable, finding: nullable, source: nullable }),
  votes: z.array(voteSchema),
  /** Decisions of others that are not shown before this reviewer has decided. */
  hidden: z.int(),
  into: z.array(z.string()), from: z.array(z.string()),
  history: z.array(z.object({ sequence: z.int(), at: z.string(), by: z.string(), what: z.string(), why: z.string() })),
  /** Names of patients that other candidates of its paper or submission have. */
  patients: z.array(z.string()),
}).openapi('ReviewCandidate');

const who = { by, why: z.string().max(2000).default(''), after: z.int().positive().optional() };
const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('decide'), ...who, decision: z.enum(decisions), final: z.boolean().default(false) }),
  z.strictObject({ action: z.literal('edit'), ...who, edits: editableSchema }),
  z.strictObject({ action: z.literal('crop'), ...who, box: boxSchema }),
  z.strictObject({ action: z.literal('recut'), ...who, box: boxSchema }),
  z.strictObject({ action: z.literal('split'), ...who, boxes: z.array(boxSchema).min(2).max(64) }),
  z.strictObject({ action: z.literal('ask'), ...who, reviewers: z.union([z.literal(1), z.literal(2)]) }),
  z.strictObject({ action: z.literal('undo'), ...who }),
  z.strictObject({ action: z.literal('withdraw'), ...who }),
]).openapi('ReviewAction');
type Action = z.output<typeof actionSchema>;

const estimate = z.object({ estimate: z.number(), low: z.number(), high: z.number() });
const agreementSchema = z.object({ pairs: z.array(z.object({ first: z.string(), second: z.string(), items: z.int(), observed: z.number(), kappa: estimate.nullable(), differing: z.array(z.string()) })) }).openapi('Agreement');
const checksSchema = z.object({ release: z.string(), candidates: z.array(checkedCandidateSchema) });

const params = z.object({ id: z.string().regex(/^c-[0-9a-f]{12}$/) });
const list = createRoute({ method: 'get', path: '/review', summary: 'Candidates (covid-ct review list)', request: { query: listQuery }, responses: answers(listSchema, 'In the order of their arrival.') });
const agreement = createRoute({ method: 'get', path: '/review/agreement', summary: 'How reviewers agree (covid-ct review agreement)', responses: answers(agreementSchema, "Cohen's kappa of each pair.") });
const one = createRoute({ method: 'get', path: '/review/{id}', summary: 'A candidate with its history (covid-ct review show)', request: { params, query: whoQuery }, responses: answers(candidateSchema, 'As this reviewer may see it.') });
const act = createRoute({ method: 'post', path: '/review/{id}', summary: 'Decide on it or change it (covid-ct review accept, reject, crop, …)', request: { params, body: takes(actionSchema) }, responses: answers(z.object({ changed: z.array(itemSchema) }), 'What it became.') });
const checks = createRoute({ method: 'get', path: '/releases/{release}/review/checks', summary: 'Copies, known and retracted papers (covid-ct review check)', request: { params: releaseParams }, responses: answers(documentStateSchema(checksSchema), 'By candidate, or the job that compares.') });
const changesSchema = z.array(z.string());
/** What `covid-ct release new --json` prints. */
const madeSchema = z.object({
  out: z.string().nullable(), version: z.string(), date: z.string(), images: z.int(), passedOver: changesSchema,
  diff: z.object({ added: changesSchema, removed: changesSchema, changed: changesSchema, moved: z.array(z.object({ id: z.string(), from: z.string(), to: z.string() })), relabelled: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })), level: z.enum(['none', 'patch', 'minor', 'major']) }),
});
const nextSchema = z.object({
  job: jobRecordSchema.nullable(),
  /** Of that job, once it is done. */
  made: madeSchema.nullable(),
  /** The shelf's id of the release that was made. */
  shelf: z.string().nullable(),
}).openapi('NextRelease');
const nextState = createRoute({ method: 'get', path: '/releases/{release}/next', summary: 'The last attempt at the next release, and what came of it', request: { params: releaseParams }, responses: answers(nextSchema, 'The job and its result.') });
const next = createRoute({ method: 'post', path: '/releases/{release}/next', summary: 'Make the next release (covid-ct release new)', request: { params: releaseParams, body: takes(z.strictObject({ dryRun: z.boolean().default(false) })) }, responses: answers(jobRecordSchema, 'The job; its result says what came and where it is.') });

function toItem({ id, state, record, reviewers }: ReviewedCandidate): z.input<typeof itemSchema> {
  return { id, state, name: record.name, label: record.label, picture: record.picture.sha256, reviewers, figure: record.origin.kind === 'paper' ? record.origin.figure : null };
}

function toOrigin(origin: ReviewedCandidate['record']['origin']): z.input<typeof originSchema> {
  const nothing = { paper: null, page: null, figure: null, panel: null, whole: null, selected: false, reasons: [], scores: {}, submission: null, contributor: null };
  return origin.kind === 'paper' ? { ...nothing, ...origin, whole: origin.whole ?? null } : { ...nothing, ...origin };
}

/** What happened, in words. */
function wordsOf(event: PlacedEvent): string {
  if (event.kind === 'decided') return `${event.decision}${event.final ? ', finally' : ''}`;
  if (event.kind === 'edited') return `edited ${Object.keys(event.edits).join(', ')}`;
  if (event.kind === 'cropped' || event.kind === 'recut') return `${event.kind === 'recut' ? 'cut anew at' : 'cropped to'} ${event.box.join(', ')}`;
  if (event.kind === 'replaced') return event.how === 'split' ? `split into ${event.into.length}` : 'merged with others';
  if (event.kind === 'asked') return event.reviewers === 2 ? 'two reviewers asked' : 'one reviewer asked';
  return event.kind === 'undone' ? `took back step ${event.undone}` : event.kind;
}

function change(store: Store, id: string, action: Action, actor: Actor): Promise<ReviewedCandidate | readonly ReviewedCandidate[]> {
  const changing = { ...actor, after: action.after };
  switch (action.action) {
    case 'decide':
      return decideCandidate(store, id, action.decision, changing, action.final);
    case 'edit':
      return editCandidate(store, id, action.edits, changing);
    case 'crop':
      return cropCandidate(store, id, action.box, changing);
    case 'recut':
      return recutCandidate(store, id, action.box, changing);
    case 'split':
      return splitCandidate(store, id, action.boxes, changing);
    case 'ask':
      return askReviewers(store, id, action.reviewers, changing);
    case 'undo':
      return undoCandidate(store, id, changing);
    case 'withdraw':
      return withdrawCandidate(store, id, changing);
  }
}

const paperOf = ({ record }: ReviewedCandidate): string => record.doi?.toLowerCase() ?? (record.origin.kind === 'paper' ? record.origin.paper : record.origin.submission);

/** Candidates, one at a time; what reviewers agree on; and the release that comes of it. */
export function reviewRoutes({ database, documents, queue, shelf, bus }: Desk) {
  return newRoutes()
    .openapi(list, async (context) => {
      const { show, by: reviewer, paper } = context.req.valid('query');
      const wanted: CandidateFilter = show === 'all' ? {} : show === 'due' ? { states: ['proposed', 'disputed'], ...(reviewer === '' ? {} : { undecidedBy: reviewer }) } : { states: [show] };
      const found = await database.use(async (store) => {
        const all = await listCandidates(store.db);
        const items = await listCandidates(store.db, { ...wanted, ...(paper === '' ? {} : { paper: paper.toLowerCase().startsWith('10.') ? paper.toLowerCase() : paper }) });
        return { items, all, counts: await countCandidates(store.db) };
      });
      const ofPaper = found.all.filter((one) => paperOf(one) === paper.toLowerCase() || paperOf(one) === paper);
      const own = paper === '' ? found.counts : Object.fromEntries(candidateStates.map((state) => [state, ofPaper.filter((one) => one.state === state).length]));
      return context.json(listSchema.parse({ items: found.items.map(toItem), counts: own, papers: [...new Set(found.all.map(paperOf))] }), 200);
    })
    .openapi(agreement, async (context) => {
      const { found, names } = await database.use(async (store) => ({ found: agreementOf(await listCandidates(store.db)), names: new Map((await listReviewers(store.db)).map(({ id, name }) => [id, name])) }));
      const pairs = found.map(({ first, second, kappa, differing }) => ({ first: names.get(first) ?? first, second: names.get(second) ?? second, items: kappa.items, observed: kappa.observed, kappa: kappa.kappa ?? null, differing: [...differing] }));
      return context.json(agreementSchema.parse({ pairs }), 200);
    })
    .openapi(one, async (context) => {
      const { id } = context.req.valid('param');
      const reviewer = context.req.valid('query').by;
      const told = await database.use(async (store) => {
        const whole = await getCandidate(store.db, id);
        const same = await listCandidates(store.db, { paper: paperOf(whole) });
        return { ...blindFor(whole, await candidateHistory(store.db, id), reviewer), patients: [...new Set(same.flatMap(({ record }) => record.patient ?? []))], names: new Map((await listReviewers(store.db)).map((each) => [each.id, each.name])) };
      });
      const { candidate, history, hidden, patients, names } = told;
      const { record, votes, state, sequence, reviewers, into, from } = candidate;
      const { patient, doi, caption, licence, age, sex, location, history: past, time, severity, otherDiseases, finding, source } = record;
      return context.json(
        candidateSchema.parse({
          id, state, sequence, reviewers, hidden, into: [...into], from: [...from], name: record.name, label: record.label, picture: record.picture, category: record.category, hounsfield: record.hounsfield !== null, notes: record.notes, patients,
          origin: toOrigin(record.origin),
          description: { patient, doi, caption, licence, age, sex, location, history: past, time, severity, otherDiseases, finding, source },
          votes: votes.map((vote) => ({ ...vote, name: names.get(vote.by) ?? vote.by, at: vote.at.toISOString() })),
          history: history.map((event) => ({ sequence: event.sequence, at: event.at.toISOString(), by: names.get(event.by) ?? event.by, what: wordsOf(event), why: event.why })),
        }),
        200,
      );
    })
    .openapi(act, async (context) => {
      const { id } = context.req.valid('param');
      const action = context.req.valid('json');
      const changed = await database.use(async (store) => change(store, id, action, await actorNamed(store.db, action.by, action.why, new Date())));
      bus.say({ type: 'candidates' });
      return context.json({ changed: ('id' in changed ? [changed] : [...changed]).map((each) => itemSchema.parse(toItem(each))) }, 200);
    })
    .openapi(checks, async (context) => {
      const indexed = await shelf.open(context.req.valid('param').release);
      const candidates = await database.use((store) => listCandidates(store.db, { states: ['proposed', 'accepted', 'rejected', 'needs work', 'disputed'] }));
      if (candidates.length === 0) return context.json({ state: 'ready' as const, document: { release: indexed.release.name, candidates: [] } }, 200);
      // Another picture, or another DOI, is looked at anew.
      const tag = sha256(JSON.stringify(candidates.map(({ id, record }) => [id, record.picture.sha256, record.doi])));
      const request = { kind: 'check', indexed, input: {}, dependsOn: [tag], schema: checksSchema };
      // One at a time: what changes while it runs is looked at after it.
      const active = queue.list().find((job) => job.kind === 'check' && job.release === indexed.place.id && !isOver(job));
      if (active !== undefined && (await documents.peek(request)) === undefined) return context.json({ state: 'pending' as const, job: active }, 200);
      return context.json(await documents.get(request), 200);
    })
    .openapi(nextState, async (context) => {
      const { release } = context.req.valid('param');
      const job = queue.list().find((each) => each.kind === 'new-release' && each.release === release) ?? null;
      const made = job?.state === 'done' ? madeSchema.parse(JSON.parse(await queue.store.readResult(job.id))) : null;
      const place = (await shelf.list()).find(({ commandArguments }) => made?.out !== null && made?.out !== undefined && commandArguments.includes(made.out));
      return context.json(nextSchema.parse({ job, made, shelf: place?.id ?? null }), 200);
    })
    .openapi(next, async (context) => {
      const indexed = await shelf.open(context.req.valid('param').release);
      return context.json(jobRecordSchema.parse(await queue.add('new-release', indexed.place.id, context.req.valid('json'))), 200);
    });
}
