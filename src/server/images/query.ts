import { z } from '@hono/zod-openapi';
import type { ImageEntry, IndexedRelease } from '../shelf/indexed-release.ts';
import type { DefectIndex } from './defects.ts';
import type { ScoreTable } from './scores.ts';

/** How a list of images may be sorted. */
export const sortNames = ['name', 'patient', 'paper', 'split', 'size', 'defects', 'score'] as const;
/** What a model made of an image: at its threshold, of the positive label. */
export const outcomes = ['hit', 'miss', 'true-positive', 'true-negative', 'false-positive', 'false-negative'] as const;

/** A repeated parameter: absent, once, or several times. */
const several = z.union([z.string().max(500).transform((one) => [one]), z.array(z.string().max(500)).max(200)]).optional();

/** Which images, and in which order; every part stands in the page's address too. */
export const imageQuerySchema = z.object({
  q: z.string().max(500).optional().openapi({ description: 'Words that name, caption, patient or paper must all hold.' }),
  label: several,
  split: several.openapi({ description: 'Published lists: train, val, test, none.' }),
  venue: several,
  paper: several,
  patient: several,
  defect: several.openapi({ description: 'Codes of docs/AUDIT.md; `any` and `none` too.' }),
  submission: z.string().max(200).optional().openapi({ description: 'Whose scores are shown.' }),
  outcome: z.enum(outcomes).optional(),
  low: z.coerce.number().min(0).max(1).optional().openapi({ description: 'Least score.' }),
  high: z.coerce.number().min(0).max(1).optional().openapi({ description: 'Greatest score.' }),
  sort: z.enum(sortNames).default('name'),
  order: z.enum(['up', 'down']).default('up'),
});

/** A parsed query. */
export type ImageQuery = z.output<typeof imageQuerySchema>;

/** What is known of images beyond the release. */
export interface ImageKnowledge {
  readonly defects: DefectIndex | undefined;
  readonly scores: ScoreTable | undefined;
}

type Test = (entry: ImageEntry) => boolean;

/** Facets: the values of an image by which lists are narrowed. */
export const facetNames = ['label', 'split', 'venue', 'paper', 'patient', 'defect'] as const;
/** A facet. */
export type FacetName = (typeof facetNames)[number];

/** The values that an image has in a facet. */
export function valuesOf(entry: ImageEntry, facet: FacetName, { defects }: ImageKnowledge): readonly string[] {
  const { image } = entry;
  switch (facet) {
    case 'label': return [image.label];
    case 'split': return image.splits.length === 0 ? ['none'] : image.splits;
    case 'venue': return [image.venue];
    case 'paper': return [image.paper ?? 'unknown'];
    case 'patient': return [image.patient ?? 'unknown'];
    case 'defect': {
      const codes = defects?.codesOf(entry.name) ?? [];
      return codes.length === 0 ? ['none'] : ['any', ...codes];
    }
  }
}

function facetTest(query: ImageQuery, facet: FacetName, knowledge: ImageKnowledge): Test | undefined {
  const wanted = query[facet];
  if (wanted === undefined || wanted.length === 0) return undefined;
  const set = new Set(wanted);
  return (entry) => valuesOf(entry, facet, knowledge).some((value) => set.has(value));
}

function outcomeTest(wanted: ImageQuery['outcome'], scores: ScoreTable | undefined): Test | undefined {
  if (wanted === undefined || scores === undefined) return undefined;
  return ({ image }) => {
    const score = scores.byId.get(image.id);
    if (score === undefined) return false;
    const called = score >= scores.threshold;
    const positive = image.label === scores.positive;
    if (wanted === 'hit' || wanted === 'miss') return (called === positive) === (wanted === 'hit');
    return wanted === `${called === positive ? 'true' : 'false'}-${called ? 'positive' : 'negative'}`;
  };
}

function scoreTest({ low, high, submission }: ImageQuery, scores: ScoreTable | undefined): Test | undefined {
  if (submission === undefined || scores === undefined || (low === undefined && high === undefined)) return undefined;
  return ({ image }) => {
    const score = scores.byId.get(image.id);
    return score !== undefined && score >= (low ?? 0) && score <= (high ?? 1);
  };
}

function wordsTest(q: string | undefined): Test | undefined {
  const words = (q ?? '').toLowerCase().split(/\s+/).filter((word) => word !== '');
  return words.length === 0 ? undefined : (entry) => words.every((word) => entry.words.includes(word));
}

/** Conditions that are no facet's. */
function otherTests(query: ImageQuery, knowledge: ImageKnowledge): Test[] {
  return [outcomeTest(query.outcome, knowledge.scores), scoreTest(query, knowledge.scores), wordsTest(query.q)].filter((test) => test !== undefined);
}

const collator = new Intl.Collator('en', { numeric: true });
const byText = (of: (entry: ImageEntry) => string | undefined) => (a: ImageEntry, b: ImageEntry) => {
  const [left, right] = [of(a), of(b)];
  // What is not known stands last, whichever the order.
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return collator.compare(left, right);
};

function comparison({ sort, order }: ImageQuery, { defects, scores }: ImageKnowledge): ((a: ImageEntry, b: ImageEntry) => number) | undefined {
  const sign = order === 'down' ? -1 : 1;
  switch (sort) {
    // Images of a release are sorted by id.
    case 'name': return order === 'up' ? undefined : (a, b) => (a.image.id < b.image.id ? 1 : -1);
    case 'patient': return (a, b) => sign * byText((entry) => entry.image.patient)(a, b);
    case 'paper': return (a, b) => sign * byText((entry) => entry.image.paper)(a, b);
    case 'split': return (a, b) => sign * byText((entry) => entry.image.split)(a, b);
    case 'size': return (a, b) => sign * (a.image.size - b.image.size);
    case 'defects': return (a, b) => sign * ((defects?.codesOf(a.name).length ?? 0) - (defects?.codesOf(b.name).length ?? 0));
    case 'score': return (a, b) => sign * ((scores?.byId.get(a.image.id) ?? 2 * sign) - (scores?.byId.get(b.image.id) ?? 2 * sign));
  }
}

/** The images that a query asks for, in its order. */
export function selectImages(entries: readonly ImageEntry[], query: ImageQuery, knowledge: ImageKnowledge): readonly ImageEntry[] {
  const tests = [...facetNames.map((facet) => facetTest(query, facet, knowledge)).filter((test) => test !== undefined), ...otherTests(query, knowledge)];
  const found = tests.length === 0 ? entries : entries.filter((entry) => tests.every((test) => test(entry)));
  const compare = comparison(query, knowledge);
  return compare === undefined ? found : found.toSorted(compare);
}

/** A value of a facet, and how many images have it. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** Each facet's values among the images that all other conditions leave, the most frequent first. */
export function countFacets(entries: readonly ImageEntry[], query: ImageQuery, knowledge: ImageKnowledge): Readonly<Record<FacetName, readonly FacetValue[]>> {
  const others = otherTests(query, knowledge);
  const facets = facetNames.map((name) => ({ name, test: facetTest(query, name, knowledge), counts: new Map<string, number>() }));
  // One walk for all facets: an image that a single facet turns away counts in that facet alone, one that two turn away in none.
  for (const entry of entries) {
    if (!others.every((test) => test(entry))) continue;
    const [against, another] = facets.filter(({ test }) => test !== undefined && !test(entry));
    if (another !== undefined) continue;
    for (const { name, counts } of against === undefined ? facets : [against]) {
      for (const value of valuesOf(entry, name, knowledge)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const valuesBy = new Map(facets.map(({ name, counts }): [FacetName, FacetValue[]] => [name, [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count || collator.compare(a.value, b.value))]));
  const of = (name: FacetName): FacetValue[] => valuesBy.get(name) ?? [];
  return { label: of('label'), split: of('split'), venue: of('venue'), paper: of('paper'), patient: of('patient'), defect: of('defect') };
}

/** What was computed lately, for the same release, query and knowledge: a grid asks for its pages one by one, and for the same again when one comes back. */
export function remembered<T>(compute: (indexed: IndexedRelease, query: ImageQuery, knowledge: ImageKnowledge) => T): typeof compute {
  const kept: { readonly indexed: IndexedRelease; readonly text: string; readonly knowledge: ImageKnowledge; readonly made: T }[] = [];
  return (indexed, query, knowledge) => {
    const text = JSON.stringify(query);
    const known = kept.find((one) => one.indexed === indexed && one.text === text && one.knowledge.defects === knowledge.defects && one.knowledge.scores === knowledge.scores);
    if (known !== undefined) return known.made;
    const made = compute(indexed, query, knowledge);
    kept.unshift({ indexed, text, knowledge, made });
    kept.length = Math.min(kept.length, 8);
    return made;
  };
}
