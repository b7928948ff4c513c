import { describe, expect, it } from 'vitest';
import { openSample } from '../../release/index.ts';
import { indexRelease } from '../shelf/indexed-release.ts';
import { countFacets, facetNames, imageQuerySchema, remembered, selectImages, type ImageKnowledge } from './query.ts';

const indexed = indexRelease({ id: 'sample', name: 'sample', synthetic: true, commandArguments: [] }, await openSample());
const knowledge: ImageKnowledge = { defects: { codesOf: (name) => (name.length % 3 === 0 ? ['copy'] : []), indicesOf: () => [] }, scores: undefined };
const [first] = indexed.entries;

describe('facets', () => {
  it('count for each value the images that the list has once it is chosen, whatever else is', () => {
    const queries = [{}, { label: 'COVID' }, { label: 'COVID', split: 'train' }, { label: 'NonCOVID', split: ['train', 'none'], q: '1' }, { defect: 'any', label: 'COVID' }, { paper: first?.image.paper ?? '', label: 'NonCOVID' }];
    for (const raw of queries) {
      const query = imageQuerySchema.parse(raw);
      const facets = countFacets(indexed.entries, query, knowledge);
      for (const facet of facetNames) {
        const all = countFacets(indexed.entries, imageQuerySchema.parse({}), knowledge)[facet].map(({ value }) => value);
        for (const value of all) {
          const shown = facets[facet].find((one) => one.value === value)?.count ?? 0;
          expect([raw, facet, value, shown]).toEqual([raw, facet, value, selectImages(indexed.entries, { ...query, [facet]: [value] }, knowledge).length]);
        }
        expect(facets[facet].map(({ count }) => count)).toEqual(facets[facet].map(({ count }) => count).toSorted((a, b) => b - a));
      }
    }
  });
});

describe('what was computed lately', () => {
  it('is given again for the same query and knowledge alone', () => {
    let computed = 0;
    const select = remembered((of, query, known) => (computed++, selectImages(of.entries, query, known)));
    const query = imageQuerySchema.parse({ label: 'COVID' });
    expect(select(indexed, query, knowledge)).toBe(select(indexed, imageQuerySchema.parse({ label: 'COVID' }), { ...knowledge }));
    expect(computed).toBe(1);
    select(indexed, imageQuerySchema.parse({ label: 'NonCOVID' }), knowledge);
    select(indexed, query, { ...knowledge, defects: undefined });
    expect(computed).toBe(3);
  });
});
