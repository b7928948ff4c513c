import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError, sha256 } from '../../base/index.ts';
import { looksLength, nearestLooks, pictureFormat, readPictureHeader } from '../../imaging/index.ts';
import { decodePicture, encodePng } from '../../imaging/node.ts';
import type { Desk } from '../desk.ts';
import type { ThumbnailSide } from '../images/thumbnails.ts';
import { countFacets, facetNames, imageQuerySchema, remembered, selectImages, type ImageKnowledge, type ImageQuery } from '../images/query.ts';
import { sendBytes } from '../images/send-bytes.ts';
import type { ImageEntry, IndexedRelease } from '../shelf/indexed-release.ts';
import { answers, documentStateSchema, imageParams, newRoutes, releaseParams } from './route.ts';

const imageItemSchema = z.object({
  key: z.string(),
  id: z.string(),
  name: z.string(),
  label: z.string(),
  splits: z.array(z.string()),
  patient: z.string().nullable(),
  paper: z.string().nullable(),
  venue: z.string(),
  size: z.int(),
  defects: z.array(z.string()),
  score: z.number().nullable(),
}).openapi('ImageItem');

const pageSchema = z.object({ total: z.int(), offset: z.int(), items: z.array(imageItemSchema) }).openapi('ImagePage');

const facetValue = z.object({ value: z.string(), count: z.int() });
const facetsSchema = z.object({
  audited: z.boolean(),
  ...Object.fromEntries(facetNames.map((name) => [name, z.array(facetValue)])) as Record<(typeof facetNames)[number], z.ZodArray<typeof facetValue>>,
}).openapi('Facets');

const cell = z.object({ title: z.string(), raw: z.string() });
const siblingSchema = z.object({ key: z.string(), name: z.string(), label: z.string(), splits: z.array(z.string()), ties: z.array(z.enum(['figure', 'patient', 'paper'])) });
const imageSchema = imageItemSchema.extend({
  location: z.string(),
  licence: z.string(),
  doi: z.string().nullable(),
  caption: z.string().nullable(),
  figure: z.string().nullable(),
  page: z.int().nullable(),
  xref: z.int().nullable(),
  panels: z.array(z.int()),
  format: z.string(),
  mode: z.string(),
  bitDepth: z.int(),
  width: z.int(),
  height: z.int(),
  metadata: z.array(cell),
  audited: z.boolean(),
  findings: z.array(z.object({ code: z.string(), severity: z.enum(['error', 'warning', 'note']), evidence: z.string(), images: z.array(z.object({ key: z.string(), name: z.string() })) })),
  siblings: z.array(siblingSchema),
  previous: z.string().nullable(),
  next: z.string().nullable(),
}).openapi('Image');

const looksSchema = z.object({ length: z.int(), images: z.array(z.string()), data: z.string() });
const similarSchema = z.object({ matches: z.array(z.object({ key: z.string(), name: z.string(), label: z.string(), splits: z.array(z.string()), likeness: z.number() })) }).openapi('Similar');
const looksAnswer = z.object({ length: z.int(), data: z.string(), images: z.array(z.object({ key: z.string(), name: z.string(), label: z.string(), splits: z.array(z.string()) })) }).openapi('Looks');

const pageQuery = imageQuerySchema.extend({ offset: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(500).default(100) });
const thumbnailQuery = z.object({ side: z.enum(['160', '320', '640']).default('320'), v: z.string().max(40).optional() });

const list = createRoute({ method: 'get', path: '/releases/{release}/images', summary: 'Images by label, split, source, paper, patient, defect, score and words', request: { params: releaseParams, query: pageQuery }, responses: answers(pageSchema, 'A part of the list.') });
const facets = createRoute({ method: 'get', path: '/releases/{release}/facets', summary: 'How many images each condition would leave', request: { params: releaseParams, query: imageQuerySchema }, responses: answers(facetsSchema, 'Counts by value.') });
const one = createRoute({ method: 'get', path: '/releases/{release}/images/{key}', summary: 'All that is known of an image', request: { params: imageParams }, responses: answers(imageSchema, 'The image.') });
const picture = { description: 'The picture.' } as const;
const thumbnail = createRoute({ method: 'get', path: '/releases/{release}/images/{key}/thumbnail', summary: 'A small WebP', request: { params: imageParams, query: thumbnailQuery }, responses: { 200: { content: { 'image/webp': { schema: z.string().openapi({ format: 'binary' }) } }, ...picture } } });
const file = createRoute({ method: 'get', path: '/releases/{release}/images/{key}/file', summary: 'The file as published, with ranges; a format that no browser shows comes as PNG', request: { params: imageParams, query: z.object({ v: z.string().max(40).optional() }) }, responses: { 200: { content: { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } }, ...picture } } });

const similar = createRoute({ method: 'get', path: '/releases/{release}/images/{key}/similar', summary: 'Images that look most like it (covid-ct similar)', request: { params: imageParams, query: z.object({ count: z.coerce.number().int().min(1).max(100).default(12) }) }, responses: answers(documentStateSchema(similarSchema), 'The nearest first, or the job that looks at all pictures.') });
const looks = createRoute({ method: 'get', path: '/releases/{release}/looks', summary: 'What all images look like, to be compared with a picture that is not sent anywhere', request: { params: releaseParams }, responses: answers(documentStateSchema(looksAnswer), 'Descriptions of 256 signed bytes each, in base64.') });

function toItem(entry: ImageEntry, { defects, scores }: ImageKnowledge): z.infer<typeof imageItemSchema> {
  const { image, key, name } = entry;
  return { key, id: image.id, name, label: image.label, splits: [...image.splits], patient: image.patient ?? null, paper: image.paper ?? null, venue: image.venue, size: image.size, defects: [...(defects?.codesOf(name) ?? [])], score: scores?.byId.get(image.id) ?? null };
}

const tiesBetween = (a: ImageEntry['image'], b: ImageEntry['image']): ('figure' | 'patient' | 'paper')[] => {
  const same = (x: string | undefined, y: string | undefined): boolean => x !== undefined && x === y;
  return [
    ...(same(a.parts.figure, b.parts.figure) ? (['figure'] as const) : []),
    ...(same(a.patient, b.patient) && a.label === b.label ? (['patient'] as const) : []),
    ...(same(a.paper, b.paper) ? (['paper'] as const) : []),
  ];
};

function siblingsOf(entry: ImageEntry, { entries }: IndexedRelease): z.infer<typeof siblingSchema>[] {
  return entries
    .filter((other) => other !== entry)
    .map((other) => ({ key: other.key, name: other.name, label: other.image.label, splits: [...other.image.splits], ties: tiesBetween(entry.image, other.image) }))
    .filter(({ ties }) => ties.length > 0)
    .toSorted((a, b) => b.ties.length - a.ties.length)
    .slice(0, 60);
}

function metadataOf({ image }: ImageEntry): z.infer<typeof cell>[] {
  const row = image.metadata;
  if (row === undefined) return [];
  const cells = [['Patient', row.patient], ['Age', row.age], ['Sex', row.sex], ['Location', row.location], ['History', row.history], ['Time', row.time], ['Severity', row.severity], ['Other diseases', row.otherDiseases], ['DOI', row.doi]] as const;
  return cells.filter(([, { raw }]) => raw.trim() !== '').map(([title, { raw }]) => ({ title, raw }));
}

const shownByBrowsers: ReadonlySet<string> = new Set(['png', 'jpeg', 'gif', 'webp']);

/** Images, their pictures, and how lists of them are narrowed. */
export function imageRoutes(desk: Desk) {
  const select = remembered((indexed, query, knowledge) => selectImages(indexed.entries, query, knowledge));
  const facetsOf = remembered((indexed, query, knowledge) => countFacets(indexed.entries, query, knowledge));
  const knowledgeOf = async (indexed: IndexedRelease, query: Pick<ImageQuery, 'submission'>): Promise<ImageKnowledge> => ({
    defects: await desk.defectsOf(indexed),
    scores: query.submission === undefined ? undefined : await desk.submissions.scores(indexed, query.submission),
  });
  const decoded = new WeakMap<object, Int8Array>();
  const looksOf = async (indexed: IndexedRelease) => {
    const state = await desk.documents.get({ kind: 'looks', indexed, input: {}, dependsOn: [], schema: looksSchema });
    if (state.state !== 'ready') return state;
    const bytes = decoded.get(state.document) ?? new Int8Array(Buffer.from(state.document.data, 'base64'));
    decoded.set(state.document, bytes);
    return { state: 'ready' as const, document: { ...state.document, bytes } };
  };
  return newRoutes()
    .openapi(list, async (context) => {
      const { offset, limit, ...query } = context.req.valid('query');
      const indexed = await desk.shelf.open(context.req.valid('param').release);
      const knowledge = await knowledgeOf(indexed, query);
      const found = select(indexed, query, knowledge);
      return context.json(pageSchema.parse({ total: found.length, offset, items: found.slice(offset, offset + limit).map((entry) => toItem(entry, knowledge)) }), 200);
    })
    .openapi(facets, async (context) => {
      const query = context.req.valid('query');
      const indexed = await desk.shelf.open(context.req.valid('param').release);
      const knowledge = await knowledgeOf(indexed, query);
      return context.json(facetsSchema.parse({ audited: knowledge.defects !== undefined, ...facetsOf(indexed, query, knowledge) }), 200);
    })
    .openapi(one, async (context) => {
      const { release, key } = context.req.valid('param');
      const indexed = await desk.shelf.open(release);
      const entry = indexed.byKey(key);
      const { image } = entry;
      const audit = await desk.documents.peek(desk.auditRequest(indexed));
      const defects = await desk.defectsOf(indexed);
      // An image that cannot be read is shown with what its lists say of it.
      const header = await indexed.release.bytes(image).then(readPictureHeader).catch(() => undefined);
      const link = (name: string) => ({ key: indexed.byName(name)?.key ?? '', name });
      const findings = (defects?.indicesOf(entry.name) ?? []).flatMap((i) => audit?.defects[i] ?? []).map(({ code, severity, evidence, images }) => ({ code, severity, evidence, images: images.filter((name) => name !== entry.name).slice(0, 12).map(link).filter(({ key: known }) => known !== '') }));
      return context.json(imageSchema.parse({
        ...toItem(entry, { defects, scores: undefined }),
        location: image.location, licence: image.licence, doi: image.doi ?? null, caption: entry.caption ?? null,
        figure: image.parts.figure ?? null, page: image.parts.page ?? null, xref: image.parts.xref ?? null, panels: [...image.parts.panels],
        format: header?.format ?? 'unreadable', mode: header?.mode ?? '', bitDepth: header?.bitDepth ?? 0, width: header?.width ?? 0, height: header?.height ?? 0,
        previous: indexed.entries[indexed.entries.indexOf(entry) - 1]?.key ?? null, next: indexed.entries[indexed.entries.indexOf(entry) + 1]?.key ?? null,
        metadata: metadataOf(entry), audited: audit !== undefined, findings, siblings: siblingsOf(entry, indexed),
      }), 200);
    })
    .openapi(similar, async (context) => {
      const { release, key } = context.req.valid('param');
      const indexed = await desk.shelf.open(release);
      const { image } = indexed.byKey(key);
      const state = await looksOf(indexed);
      if (state.state !== 'ready') return context.json(state, 200);
      const { images, bytes } = state.document;
      const place = images.indexOf(image.id);
      const matches = place < 0 ? [] : nearestLooks(bytes.subarray(place * looksLength, (place + 1) * looksLength), bytes, context.req.valid('query').count, (index) => index !== place);
      const found = matches.flatMap(({ index, likeness }) => {
        const other = indexed.byName(images[index] ?? '');
        return other === undefined ? [] : [{ key: other.key, name: other.name, label: other.image.label, splits: [...other.image.splits], likeness }];
      });
      return context.json({ state: 'ready' as const, document: similarSchema.parse({ matches: found }) }, 200);
    })
    .openapi(looks, async (context) => {
      const indexed = await desk.shelf.open(context.req.valid('param').release);
      const state = await looksOf(indexed);
      if (state.state !== 'ready') return context.json(state, 200);
      const images = state.document.images.map((id) => {
        const entry = indexed.byName(id);
        return { key: entry?.key ?? '', name: entry?.name ?? id, label: entry?.image.label ?? '', splits: [...(entry?.image.splits ?? [])] };
      });
      return context.json({ state: 'ready' as const, document: looksAnswer.parse({ length: looksLength, data: state.document.data, images }) }, 200);
    })
    .openapi(thumbnail, async (context) => {
      const { release, key } = context.req.valid('param');
      const { side, v } = context.req.valid('query');
      const indexed = await desk.shelf.open(release);
      const bytes = await desk.thumbnails.get(indexed, indexed.byKey(key), Number(side) as ThumbnailSide);
      return sendBytes(context, bytes, { type: 'image/webp', tag: `${indexed.fingerprint}-${key}-${side}`, immutable: v === indexed.fingerprint });
    })
    .openapi(file, async (context) => {
      const { release, key } = context.req.valid('param');
      const indexed = await desk.shelf.open(release);
      const entry = indexed.byKey(key);
      const bytes = await indexed.release.bytes(entry.image);
      const format = pictureFormat(bytes);
      if (format === 'unknown') throw new CovidCtError('BAD_IMAGE', `${entry.name} is no picture: its first bytes are of no known format.`);
      const immutable = context.req.valid('query').v === indexed.fingerprint;
      if (shownByBrowsers.has(format)) return sendBytes(context, bytes, { type: `image/${format}`, tag: sha256(bytes).slice(0, 32), immutable, name: entry.image.name });
      const png = await encodePng(await decodePicture(bytes));
      return sendBytes(context, png, { type: 'image/png', tag: sha256(png).slice(0, 32), immutable, name: `${entry.image.name}.png` });
    });
}
