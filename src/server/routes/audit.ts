import { createRoute, z } from '@hono/zod-openapi';
import { auditDocumentSchema, changeCorrections, correctionsPath, decide, formatErrata, proposalsFrom, propose, readCorrections, statusOf, type Proposal } from '../../audit/index.ts';
import { CovidCtError } from '../../base/index.ts';
import type { Desk } from '../desk.ts';
import type { IndexedRelease } from '../shelf/indexed-release.ts';
import { answers, documentStateSchema, newRoutes, releaseParams, takes } from './route.ts';

const pictureSchema = z.object({ key: z.string(), name: z.string(), label: z.string(), splits: z.array(z.string()), patient: z.string().nullable() });
const defectSchema = z.object({
  index: z.int(),
  code: z.string(),
  check: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  evidence: z.string(),
  /** At most a part of them: a defect of balance names hundreds. */
  images: z.array(pictureSchema),
  imageCount: z.int(),
  action: z.enum(['quarantine', 'relabel', 'regroup', 'look']),
  suggestion: z.string(),
}).openapi('Defect');

const auditSchema = z.object({
  seconds: z.number(),
  images: z.int(),
  counts: z.array(z.object({ code: z.string(), check: z.string(), severity: z.enum(['error', 'warning', 'note']), defects: z.int(), images: z.int() })),
  checks: z.array(z.object({ check: z.string(), title: z.string(), defects: z.int(), seconds: z.number() })),
  duplicateGroups: z.int(),
}).openapi('Audit');

const tablesSchema = z.object({ tables: z.array(auditDocumentSchema.shape.checks.unwrap().element.shape.tables.unwrap().element.extend({ check: z.string() })) }).openapi('AuditTables');

const pageSchema = z.object({ total: z.int(), offset: z.int(), items: z.array(defectSchema) }).openapi('DefectPage');

const decisionSchema = z.object({ status: z.enum(['proposed', 'accepted', 'rejected']), author: z.string(), reason: z.string(), when: z.string() });
const correctionSchema = z.object({
  id: z.string(),
  action: z.enum(['quarantine', 'relabel', 'regroup']),
  label: z.string().nullable(),
  status: z.enum(['proposed', 'accepted', 'rejected']),
  images: z.array(pictureSchema),
  defect: z.object({ code: z.string(), evidence: z.string() }).nullable(),
  history: z.array(decisionSchema),
}).openapi('Correction');
const correctionsSchema = z.object({ corrections: z.array(correctionSchema), errata: z.string() }).openapi('Corrections');

const who = { author: z.string().trim().min(1).max(200), reason: z.string().trim().min(1).max(2000) };
const proposeSchema = z.strictObject({
  ...who,
  /** By hand … */
  proposal: z.strictObject({ action: z.enum(['quarantine', 'relabel', 'regroup']), images: z.array(z.string().regex(/^[0-9a-f]{16}$/)).min(1).max(1000), label: z.string().max(100).optional() }).optional(),
  /** … or as the audit suggests, for the defects with these indices. */
  defects: z.array(z.int().nonnegative()).max(10_000).optional(),
}).openapi('Propose');
const decideSchema = z.strictObject({ ...who, ids: z.array(z.string().max(40)).min(1).max(10_000), status: z.enum(['accepted', 'rejected']) }).openapi('Decide');
const changedSchema = z.object({ changed: z.array(z.string()) });

const trackSchema = z.object({
  track: z.string(),
  seed: z.int().nullable(),
  parts: z.array(z.string()),
  groups: z.int(),
  proof: z.object({ holds: z.boolean(), complete: z.boolean(), lines: z.array(z.object({ kind: z.string(), keys: z.int(), shared: z.int(), straddling: z.array(z.object({ key: z.string(), parts: z.array(z.string()) }).loose()) }).loose()) }).loose(),
  images: z.array(z.object({ id: z.string(), label: z.string(), part: z.string() }).loose()),
  leftOut: z.array(z.object({ id: z.string(), reason: z.string(), detail: z.string() })),
});
const trackAnswer = z.object({
  track: z.string(),
  seed: z.int().nullable(),
  parts: z.array(z.object({ part: z.string(), labels: z.array(z.object({ label: z.string(), images: z.int() })) })),
  groups: z.int(),
  holds: z.boolean(),
  proof: z.array(z.object({ kind: z.string(), shared: z.int(), straddling: z.int() })),
  leftOut: z.array(z.object({ reason: z.string(), images: z.int() })),
  leftOutImages: z.array(pictureSchema.extend({ reason: z.string(), detail: z.string() })),
}).openapi('Track');

const defectQuery = z.object({
  code: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional(),
  severity: z.enum(['error', 'warning', 'note']).optional(),
  image: z.string().regex(/^[0-9a-f]{16}$/).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const audit = createRoute({ method: 'get', path: '/releases/{release}/audit', summary: 'What is wrong with the release (covid-ct audit), by kind', request: { params: releaseParams }, responses: answers(documentStateSchema(auditSchema), 'Counts by code, or the job that audits.') });
const tables = createRoute({ method: 'get', path: '/releases/{release}/audit/tables', summary: 'What the checks counted', request: { params: releaseParams }, responses: answers(documentStateSchema(tablesSchema), 'Tables by check.') });
const defects = createRoute({ method: 'get', path: '/releases/{release}/defects', summary: 'Defects with their pictures', request: { params: releaseParams, query: defectQuery }, responses: answers(documentStateSchema(pageSchema), 'A part of the list.') });
const corrections = createRoute({ method: 'get', path: '/releases/{release}/corrections', summary: 'What was proposed and decided (covid-ct correct list)', request: { params: releaseParams }, responses: answers(correctionsSchema, 'All corrections.') });
const proposing = createRoute({ method: 'post', path: '/releases/{release}/corrections', summary: 'Propose corrections', request: { params: releaseParams, body: takes(proposeSchema) }, responses: answers(changedSchema, 'Ids of those that are new.') });
const deciding = createRoute({ method: 'post', path: '/releases/{release}/corrections/decide', summary: 'Accept or reject corrections', request: { params: releaseParams, body: takes(decideSchema) }, responses: answers(changedSchema, 'Ids of those decided.') });
const track = createRoute({ method: 'get', path: '/releases/{release}/tracks/{track}', summary: 'A track as it now is, with its proof (covid-ct split)', request: { params: releaseParams.extend({ track: z.enum(['legacy', 'clean']) }) }, responses: answers(documentStateSchema(trackAnswer), 'The track, or the job that divides or audits.') });

/** Pictures that are shown of a defect. */
const mostPictures = 24;

type Picture = z.infer<typeof pictureSchema>;

function pictureOf(indexed: IndexedRelease, name: string): Picture[] {
  const entry = indexed.byName(name);
  return entry === undefined ? [] : [{ key: entry.key, name: entry.name, label: entry.image.label, splits: [...entry.image.splits], patient: entry.image.patient ?? null }];
}

type AuditDefect = z.infer<typeof auditDocumentSchema>['defects'][number];

function suggestionText({ suggestion }: AuditDefect): string {
  if (suggestion.action === 'look') return suggestion.what;
  return suggestion.action === 'relabel' ? `Relabel as ${suggestion.label}.` : suggestion.action === 'quarantine' ? 'Leave these images out.' : 'Keep these images on one side of a split.';
}

function toDefect(defect: AuditDefect, index: number, indexed: IndexedRelease): z.infer<typeof defectSchema> {
  const { code, check, severity, evidence, images, suggestion } = defect;
  return { index, code, check, severity, evidence, images: images.slice(0, mostPictures).flatMap((name) => pictureOf(indexed, name)), imageCount: images.length, action: suggestion.action, suggestion: suggestionText(defect) };
}

const severities = ['error', 'warning', 'note'];

/** What the audit found, what is done about it, and what becomes of the clean track. */
export function auditRoutes(desk: Desk) {
  const open = (release: string) => desk.shelf.open(release);
  const auditOf = (indexed: IndexedRelease) => desk.documents.get(desk.auditRequest(indexed));
  return newRoutes()
    .openapi(audit, async (context) => {
      const state = await auditOf(await open(context.req.valid('param').release));
      if (state.state !== 'ready') return context.json(state, 200);
      const { document } = state;
      const codes = [...new Set(document.defects.map(({ code }) => code))];
      const counts = codes.map((code) => {
        const own = document.defects.filter((defect) => defect.code === code);
        return { code, check: own[0]?.check ?? '', severity: own[0]?.severity ?? ('note' as const), defects: own.length, images: new Set(own.flatMap(({ images }) => images)).size };
      });
      const sorted = counts.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.defects - a.defects);
      const checks = document.checks.map(({ check, title, defects: found, seconds }) => ({ check, title, defects: found, seconds }));
      return context.json({ state: 'ready' as const, document: auditSchema.parse({ seconds: document.seconds, images: document.release.images, counts: sorted, checks, duplicateGroups: document.duplicateGroups.length }) }, 200);
    })
    .openapi(tables, async (context) => {
      const state = await auditOf(await open(context.req.valid('param').release));
      if (state.state !== 'ready') return context.json(state, 200);
      return context.json({ state: 'ready' as const, document: tablesSchema.parse({ tables: state.document.checks.flatMap(({ check, tables: own }) => own.map((table) => ({ ...table, check }))) }) }, 200);
    })
    .openapi(defects, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const { code, severity, image, offset, limit } = context.req.valid('query');
      const state = await auditOf(indexed);
      if (state.state !== 'ready') return context.json(state, 200);
      const name = image === undefined ? undefined : indexed.byKey(image).name;
      const found = state.document.defects
        .map((defect, index) => ({ defect, index }))
        .filter(({ defect }) => (code === undefined || code.includes(defect.code)) && (severity === undefined || defect.severity === severity) && (name === undefined || defect.images.includes(name)))
        .toSorted((a, b) => severities.indexOf(a.defect.severity) - severities.indexOf(b.defect.severity));
      return context.json({ state: 'ready' as const, document: pageSchema.parse({ total: found.length, offset, items: found.slice(offset, offset + limit).map(({ defect, index }) => toDefect(defect, index, indexed)) }) }, 200);
    })
    .openapi(corrections, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const file = await readCorrections(correctionsPath(desk.workspace, indexed.release), indexed.release);
      const all = file.corrections.map((correction) => ({
        id: correction.id, action: correction.action, label: correction.action === 'relabel' ? correction.label : null, status: statusOf(correction),
        images: correction.images.flatMap((id) => pictureOf(indexed, id)), defect: correction.defect ?? null, history: [...correction.history],
      }));
      return context.json(correctionsSchema.parse({ corrections: all, errata: formatErrata(file) }), 200);
    })
    .openapi(proposing, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const { author, reason, proposal, defects: indices } = context.req.valid('json');
      const byHand = (): Proposal[] => {
        if (proposal === undefined) return [];
        const images = proposal.images.map((key) => indexed.byKey(key).image.id);
        if (proposal.action !== 'relabel') return [{ action: proposal.action, images }];
        if (proposal.label === undefined) throw new CovidCtError('USAGE', 'Relabelling needs the new label.');
        return [{ action: 'relabel', images, label: proposal.label }];
      };
      const state = indices === undefined ? undefined : await auditOf(indexed);
      if (state !== undefined && state.state !== 'ready') throw new CovidCtError('USAGE', 'The release is not audited yet.', { hint: 'Wait for the audit on the page Jobs.' });
      const suggested = proposalsFrom((indices ?? []).flatMap((index) => state?.document.defects[index] ?? []));
      const proposals = [...byHand(), ...suggested];
      if (proposals.length === 0) throw new CovidCtError('USAGE', 'There is nothing to propose.', { hint: 'Some defects only ask to look.' });
      const { added } = await changeCorrections(correctionsPath(desk.workspace, indexed.release), indexed.release, (file) => propose(file, indexed.release, proposals, { author, reason, when: new Date() }));
      desk.bus.say({ type: 'corrections', release: indexed.place.id });
      return context.json({ changed: [...added] }, 200);
    })
    .openapi(deciding, async (context) => {
      const indexed = await open(context.req.valid('param').release);
      const { author, reason, ids, status } = context.req.valid('json');
      await changeCorrections(correctionsPath(desk.workspace, indexed.release), indexed.release, (file) => ({ file: decide(file, ids, status, { author, reason, when: new Date() }) }));
      desk.bus.say({ type: 'corrections', release: indexed.place.id });
      return context.json({ changed: ids }, 200);
    })
    .openapi(track, async (context) => {
      const { release, track: name } = context.req.valid('param');
      const indexed = await open(release);
      const audited = await auditOf(indexed);
      if (audited.state !== 'ready') return context.json(audited, 200);
      const state = await desk.documents.get({ kind: 'track', indexed, input: { track: name, audit: desk.documents.nameOf(desk.auditRequest(indexed)) }, dependsOn: [await desk.correctionsTag(indexed)], schema: trackSchema });
      if (state.state !== 'ready') return context.json(state, 200);
      const { images, leftOut, parts, proof, groups, seed } = state.document;
      const reasons = [...new Set(leftOut.map(({ reason }) => reason))];
      const answer = {
        track: name, seed, groups, holds: proof.holds,
        parts: parts.map((part) => ({ part, labels: indexed.release.labels.map((label) => ({ label, images: images.filter((image) => image.part === part && image.label === label).length })) })),
        proof: proof.lines.map(({ kind, shared, straddling }) => ({ kind, shared, straddling: straddling.length })),
        leftOut: reasons.map((reason) => ({ reason, images: leftOut.filter((one) => one.reason === reason).length })),
        leftOutImages: leftOut.slice(0, 500).flatMap(({ id, reason, detail }) => pictureOf(indexed, id).map((picture) => ({ ...picture, reason, detail }))),
      };
      return context.json({ state: 'ready' as const, document: trackAnswer.parse(answer) }, 200);
    });
}
