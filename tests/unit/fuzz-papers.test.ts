import { expect, it } from 'vitest';
import { casePaper } from '../support/case-paper.ts';
import { fuzzPapers, hostilePapers } from '../support/fuzz/papers.ts';

it('hostile and mutated papers get a clear status each, and hurt no other (npm run accept:fuzz-papers does more)', async () => {
  const light = hostilePapers(60).filter(({ name }) => !/300 MB|brackets|thousand pictures|squared|million|wide circle/.test(name));
  const { violations, files } = await fuzzPapers(light, [casePaper({ seed: 1 })], 25, 7, { seconds: 60, megabytes: 1000 });
  expect(violations).toEqual([]);
  expect(files).toBe(light.length + 26);
}, 300_000);
