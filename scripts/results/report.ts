/** Writes docs/RESULTS.md from results/, every figure computed again: npm run results [-- --check]. With --check it compares, and exits with 1 where they differ. */
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../src/base/index.ts';
import { collectResults } from './collect.ts';
import { resultsDocument } from './files.ts';
import { renderResults } from './render.ts';

const text = renderResults(await collectResults());
if (process.argv.includes('--check')) {
  const same = (await readFile(resultsDocument, 'utf8').catch(() => '')) === text;
  console.log(same ? 'docs/RESULTS.md is what results/ gives.' : 'docs/RESULTS.md is not what results/ gives: npm run results');
  process.exitCode = same ? 0 : 1;
} else {
  await writeFileAtomic(resultsDocument, text);
  console.log('docs/RESULTS.md is written.');
}
