import { createRoute, z } from '@hono/zod-openapi';
import { citationsOf, copyrightNotice, formatBibtex, formatCard, formatPlainCitations, type Release } from '../../release/index.ts';
import type { Desk } from '../desk.ts';
import type { IndexedRelease } from '../shelf/indexed-release.ts';
import { answers, documentStateSchema, newRoutes, releaseParams } from './route.ts';

const labelCounts = z.object({ label: z.string(), total: z.int(), train: z.int(), val: z.int(), test: z.int(), unlisted: z.int(), patients: z.int(), papers: z.int() });

const summarySchema = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  layout: z.enum(['upstream', 'imagefolder', 'csv']),
  synthetic: z.boolean(),
  fingerprint: z.string(),
  labels: z.array(z.string()),
  images: z.int(),
  papers: z.int(),
  patients: z.int(),
  bytes: z.int(),
  counts: z.array(labelCounts),
  venues: z.array(z.object({ venue: z.string(), label: z.string(), images: z.int() })),
  licences: z.array(z.object({ licence: z.string(), images: z.int() })),
  problems: z.int(),
  copyright: z.string(),
}).openapi('Release');

const countsOfSide = z.record(z.string(), z.union([z.array(z.number()), z.number()]));
const statsSchema = z.object({
  release: z.string(),
  patients: z.object({ claimed: z.int().nullable(), found: z.int(), missing: z.array(z.string()), inSeveralSplits: z.array(z.string()) }),
  modes: z.array(z.object({ format: z.string(), mode: z.string(), label: z.string(), images: z.int() })),
  sizes: z.record(z.string(), countsOfSide),
  problems: z.record(z.string(), z.int()),
}).openapi('Stats');

const citationsSchema = z.object({ plain: z.string(), bibtex: z.string(), card: z.string() }).openapi('Citations');

const distinct = (values: readonly (string | undefined)[]): number => new Set(values.filter((value) => value !== undefined)).size;

function countBy(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

function countsOf({ images }: Release, label: string): z.infer<typeof labelCounts> {
  const own = images.filter((image) => image.label === label);
  const inSplit = (split: string): number => own.filter((image) => image.split === split).length;
  return { label, total: own.length, train: inSplit('train'), val: inSplit('val'), test: inSplit('test'), unlisted: own.filter(({ split }) => split === undefined).length, patients: distinct(own.map(({ patient }) => patient)), papers: distinct(own.map(({ paper }) => paper)) };
}

const summaries = new WeakMap<IndexedRelease, z.input<typeof summarySchema>>();

/** Counted once: every page asks for it, and a release that was opened does not change. */
function summaryOf(indexed: IndexedRelease): z.input<typeof summarySchema> {
  const known = summaries.get(indexed) ?? countSummary(indexed);
  summaries.set(indexed, known);
  return known;
}

function countSummary({ place, release, fingerprint }: IndexedRelease): z.input<typeof summarySchema> {
  const { images, labels, name, source, layout, synthetic } = release;
  return {
    id: place.id, name, source, layout, synthetic, fingerprint, labels: [...labels],
    images: images.length,
    papers: distinct(images.map(({ paper }) => paper)),
    patients: distinct(images.map(({ patient }) => patient)),
    bytes: images.reduce((sum, { size }) => sum + size, 0),
    counts: labels.map((label) => countsOf(release, label)),
    venues: labels.flatMap((label) => countBy(images.filter((image) => image.label === label).map(({ venue }) => venue)).map(([venue, count]) => ({ venue, label, images: count }))),
    licences: countBy(images.map(({ licence }) => licence)).map(([licence, count]) => ({ licence, images: count })),
    problems: release.problems.length,
    copyright: copyrightNotice,
  };
}

const summary = createRoute({ method: 'get', path: '/releases/{release}', summary: 'What a release holds', request: { params: releaseParams }, responses: answers(summarySchema, 'Counts by label and split.') });
const stats = createRoute({ method: 'get', path: '/releases/{release}/stats', summary: 'Formats, sizes and patients, claimed and found (covid-ct stats)', request: { params: releaseParams }, responses: answers(documentStateSchema(statsSchema), 'The statistics, or the job that counts.') });
const citations = createRoute({ method: 'get', path: '/releases/{release}/citations', summary: 'How to cite it, and its card (covid-ct cite, covid-ct card)', request: { params: releaseParams }, responses: answers(citationsSchema, 'Citations as text and BibTeX, and the card in Markdown.') });

/** What releases are. */
export function releaseRoutes(desk: Desk) {
  return newRoutes()
    .openapi(summary, async (context) => context.json(summarySchema.parse(summaryOf(await desk.shelf.open(context.req.valid('param').release))), 200))
    .openapi(stats, async (context) => {
      const indexed = await desk.shelf.open(context.req.valid('param').release);
      return context.json(await desk.documents.get({ kind: 'stats', indexed, input: {}, dependsOn: [], schema: statsSchema }), 200);
    })
    .openapi(citations, async (context) => {
      const { release } = await desk.shelf.open(context.req.valid('param').release);
      const found = citationsOf(release);
      return context.json(citationsSchema.parse({ plain: formatPlainCitations(found), bibtex: formatBibtex(found), card: formatCard(release, { version: desk.version }) }), 200);
    });
}
