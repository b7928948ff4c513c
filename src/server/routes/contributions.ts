import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { CovidCtError, sha256 } from '../../base/index.ts';
import { actorNamed, contributionGuide, defaultRecipient, listReceipts, longestFile, longestMessage, receiptOf, submissionJsonSchema, withdrawSubmission, type Receipt } from '../../curation/index.ts';
import { draftCaseSchema, draftId, draftSchema } from '../contributions/drafts.ts';
import type { Desk } from '../desk.ts';
import { sendBytes } from '../images/send-bytes.ts';
import { refusal } from '../problem.ts';
import { answers, newRoutes, releaseParams, takes } from './route.ts';

const refusalSchema = z.object({ file: z.string().nullable(), message: z.string(), hint: z.string() });
const progressSchema = z.object({ done: z.int(), total: z.int() }).nullable();
const receiptSchema = z.object({
  submission: z.string(),
  contributor: z.string(),
  received: z.string(),
  state: z.enum(['refused', 'under review', 'accepted', 'partly accepted', 'rejected', 'withdrawn']),
  refusals: z.array(refusalSchema),
  images: z.array(z.object({ file: z.string(), candidate: z.string().nullable(), state: z.string(), why: z.string() })),
}).openapi('Receipt');
const receiptsSchema = z.object({ receipts: z.array(receiptSchema) }).openapi('Receipts');
const checkSchema = z.object({
  faults: z.array(z.object({ path: z.string(), message: z.string() })),
  refusals: z.array(refusalSchema.extend({ code: z.string() })),
  notes: z.array(z.object({ file: z.string(), notes: z.array(z.string()) })),
  complete: z.boolean(),
  progress: progressSchema,
}).openapi('DraftCheck');
const takenSchema = z.object({ file: z.string(), width: z.int(), height: z.int(), dicom: z.boolean(), removed: z.array(z.string()) }).openapi('TakenFile');
const guideSchema = z.object({ guide: z.string(), schema: z.unknown(), recipient: z.string() }).openapi('ContributionGuide');

const draftParams = releaseParams.extend({ draft: draftId });
const fileParams = draftParams.extend({ file: draftCaseSchema.shape.file });
const submissionParams = z.object({ id: z.string().regex(/^s-[0-9a-f]{12}$/, 'is no id of a submission') });
const binary = (type: string) => ({ content: { [type]: { schema: z.string().openapi({ format: 'binary' }) } } });

const guide = createRoute({ method: 'get', path: '/contributions/guide', summary: 'What to send and how (covid-ct contribute guide)', responses: answers(guideSchema, 'The guide, and the schema of a manifest.') });
const list = createRoute({ method: 'get', path: '/contributions', summary: 'Receipts of all submissions (covid-ct receive --list)', responses: answers(receiptsSchema, 'The newest first.') });
const one = createRoute({ method: 'get', path: '/contributions/{id}', summary: 'The receipt of a submission as it stands (covid-ct receive --status)', request: { params: submissionParams }, responses: answers(receiptSchema, 'The receipt.') });
const withdraw = createRoute({ method: 'post', path: '/contributions/{id}/withdraw', summary: 'Take a submission back', request: { params: submissionParams, body: takes(z.strictObject({ author: z.string().trim().min(1).max(200), reason: z.string().trim().min(1).max(2000) }).openapi('Withdraw')) }, responses: answers(receiptSchema, 'The receipt.') });
const readDraft = createRoute({ method: 'get', path: '/releases/{release}/drafts/{draft}', summary: 'A contribution that is being typed', request: { params: draftParams }, responses: answers(draftSchema, 'The draft.') });
const saveDraft = createRoute({ method: 'put', path: '/releases/{release}/drafts/{draft}', summary: 'Keep it, and say what is wrong with it (covid-ct submit --check)', request: { params: draftParams, body: takes(draftSchema) }, responses: answers(checkSchema, 'Everything that is wrong.') });
const removeDraft = createRoute({ method: 'delete', path: '/releases/{release}/drafts/{draft}', summary: 'Forget it, with its files', request: { params: draftParams }, responses: answers(z.object({ removed: z.string() }), 'Its id.') });
const picture = createRoute({ method: 'get', path: '/releases/{release}/drafts/{draft}/picture', summary: 'A picture of a draft', request: { params: draftParams, query: fileParams.pick({ file: true }) }, responses: { 200: { description: 'PNG or JPEG.', ...binary('image/png') } } });
const removeFile = createRoute({ method: 'delete', path: '/releases/{release}/drafts/{draft}/picture', summary: 'Take a file out of a draft', request: { params: draftParams, query: fileParams.pick({ file: true }) }, responses: answers(z.object({ removed: z.string() }), 'Its name.') });
const submit = createRoute({ method: 'post', path: '/releases/{release}/drafts/{draft}/submit', summary: 'Give it into this workspace, for review (covid-ct submit)', request: { params: draftParams }, responses: answers(receiptSchema, 'The receipt.') });
const bundle = createRoute({ method: 'get', path: '/releases/{release}/drafts/{draft}/bundle', summary: 'It as a zip, to be received elsewhere (covid-ct submit --bundle)', request: { params: draftParams }, responses: { 200: { description: 'A bundle.', ...binary('application/zip') } } });
const message = createRoute({ method: 'get', path: '/releases/{release}/drafts/{draft}/message', summary: 'It as a message, to be sent by hand (covid-ct submit --eml)', request: { params: draftParams }, responses: { 200: { description: 'A message with the bundle attached.', ...binary('message/rfc822') } } });
const upload = createRoute({
  method: 'post', path: '/releases/{release}/uploads/drafts/{draft}', summary: 'A picture for a draft: PNG, JPEG, or DICOM (CT, one file a slice)',
  request: { params: draftParams, query: z.object({ name: z.string().min(1).max(300) }), body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } }, required: true } },
  responses: answers(takenSchema, 'What was kept, and what was taken out of it.'),
});
const receive = createRoute({
  method: 'post', path: '/releases/{release}/uploads/contributions', summary: 'Receive a bundle (.zip) or a message (.eml) that carries one (covid-ct receive)',
  request: { params: releaseParams, query: z.object({ by: z.string().trim().min(1).max(200), reviewers: z.enum(['1', '2']).default('1') }), body: { content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) }, 'message/rfc822': { schema: z.string() } }, required: true } },
  responses: answers(receiptSchema, 'The receipt: under review, or refused with what to do.'),
});
const known = createRoute({ method: 'get', path: '/releases/{release}/contributions/progress', summary: 'How far describing the pictures that are known is', request: { params: releaseParams }, responses: answers(z.object({ progress: progressSchema }), 'Nothing while it is not being done.') });

const toAnswer = (receipt: Receipt): z.infer<typeof receiptSchema> => receiptSchema.parse({ ...receipt, received: receipt.received.toISOString() });

/** The bytes of an upload whose length was said before, and is within a bound. */
async function bytesOf(context: Context, most: number): Promise<Uint8Array> {
  const length = Number(context.req.header('content-length') ?? Number.NaN);
  if (!Number.isFinite(length)) throw refusal(411, 'An upload says how long it is.');
  if (length > most) throw new CovidCtError('LIMIT_EXCEEDED', `The file holds ${Math.ceil(length / 1024 / 1024)} MB; ${most / 1024 / 1024} MB are taken.`, { hint: 'Send single slices, in several submissions.' });
  return new Uint8Array(await context.req.arrayBuffer());
}

const pictureTypes = ['image/png', 'image/jpeg', 'application/dicom', 'application/octet-stream'];

/** Contributions: typed here, received from elsewhere, and how far they are. */
export function contributionRoutes(desk: Desk) {
  const { contributions, database, bus } = desk;
  const open = (release: string) => desk.shelf.open(release);
  const changed = (receipt: Receipt): z.infer<typeof receiptSchema> => {
    bus.say({ type: 'contributions' });
    return toAnswer(receipt);
  };
  return newRoutes()
    .openapi(guide, (context) => context.json(guideSchema.parse({ guide: contributionGuide, schema: submissionJsonSchema(), recipient: defaultRecipient }), 200))
    .openapi(list, async (context) => context.json({ receipts: (await database.use((store) => listReceipts(store.db))).toReversed().map(toAnswer) }, 200))
    .openapi(one, async (context) => context.json(toAnswer(await database.use((store) => receiptOf(store.db, context.req.valid('param').id))), 200))
    .openapi(withdraw, async (context) => {
      const { author, reason } = context.req.valid('json');
      return context.json(changed(await database.use(async (store) => withdrawSubmission(store, context.req.valid('param').id, await actorNamed(store.db, author, reason, new Date())))), 200);
    })
    .openapi(readDraft, async (context) => context.json(await contributions.drafts.read(context.req.valid('param').draft), 200))
    .openapi(saveDraft, async (context) => {
      const { release, draft } = context.req.valid('param');
      const indexed = await open(release);
      const given = context.req.valid('json');
      await contributions.drafts.write(draft, given);
      return context.json(checkSchema.parse(await contributions.check(indexed, draft, given)), 200);
    })
    .openapi(removeDraft, async (context) => {
      const { draft } = context.req.valid('param');
      await contributions.drafts.remove(draft);
      return context.json({ removed: draft }, 200);
    })
    .openapi(picture, async (context) => {
      const { bytes, type } = await contributions.drafts.readPicture(context.req.valid('param').draft, context.req.valid('query').file);
      return sendBytes(context, bytes, { type, tag: sha256(bytes).slice(0, 32), immutable: false });
    })
    .openapi(removeFile, async (context) => {
      const { file } = context.req.valid('query');
      await contributions.drafts.removeFile(context.req.valid('param').draft, file);
      return context.json({ removed: file }, 200);
    })
    .openapi(submit, async (context) => {
      const { release, draft } = context.req.valid('param');
      return context.json(changed(await contributions.submit(await open(release), draft)), 200);
    })
    .openapi(bundle, async (context) => {
      const { release, draft } = context.req.valid('param');
      const { id, zip } = await contributions.bundle(await open(release), draft);
      return sendBytes(context, zip, { type: 'application/zip', tag: sha256(zip).slice(0, 32), immutable: false, name: `${id}.zip`, download: true });
    })
    .openapi(message, async (context) => {
      const { release, draft } = context.req.valid('param');
      const { id, eml } = await contributions.message(await open(release), draft);
      return sendBytes(context, eml, { type: 'message/rfc822', tag: sha256(eml).slice(0, 32), immutable: false, name: `${id}.eml`, download: true });
    })
    .openapi(upload, async (context) => {
      const { release, draft } = context.req.valid('param');
      const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim() ?? '';
      if (!pictureTypes.includes(type)) throw refusal(415, `A picture is one of ${pictureTypes.join(', ')}.`);
      const bytes = await bytesOf(context, longestFile);
      return context.json(takenSchema.parse(await contributions.takeFile(await open(release), draft, bytes, context.req.valid('query').name)), 200);
    })
    .openapi(receive, async (context) => {
      const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim();
      if (type !== 'application/zip' && type !== 'message/rfc822') throw refusal(415, 'A bundle is application/zip, a message message/rfc822.');
      const bytes = await bytesOf(context, longestMessage);
      const { by, reviewers } = context.req.valid('query');
      return context.json(changed(await contributions.receive(await open(context.req.valid('param').release), bytes, type === 'application/zip' ? 'zip' : 'eml', by, reviewers === '2' ? 2 : 1)), 200);
    })
    .openapi(known, async (context) => context.json({ progress: contributions.progress(await open(context.req.valid('param').release)) }, 200));
}
