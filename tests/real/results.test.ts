import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { collectResults } from '../../scripts/results/collect.ts';
import { resultsDocument } from '../../scripts/results/files.ts';
import { renderResults } from '../../scripts/results/render.ts';
import { describeReal } from '../support/real-release.ts';

describeReal('docs/RESULTS.md', ['release'], () => {
  it('is what results/ gives, figure by figure (npm run results writes it)', { timeout: 600_000 }, async () => {
    expect((await readFile(resultsDocument, 'utf8')).split('\n')).toEqual(renderResults(await collectResults()).split('\n'));
  });
});
