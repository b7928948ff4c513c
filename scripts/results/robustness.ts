/**
 * What quality loss does to a finished run's scores of test images: npm run results:robustness -- NAME
 *
 * Runs covid-ct robustness on the run in the workspace, or goes on with it, and keeps the scores in results/robustness/NAME.json;
 * docs/RESULTS.md is computed from them. Nothing is chosen by them.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CovidCtError } from '../../src/base/index.ts';
import { openScoresFile, type RecordedScores } from '../../src/benchmark/index.ts';
import { robustnessFile } from './files.ts';
import { plannedRun, runScript } from './named.ts';
import { covidCt, finishedRun, keepFindings, releaseArguments, runFolder } from './stages.ts';

/** Scores are kept to this many digits, which no figure shows. */
const digits = 6;

await runScript(async () => {
  const { name } = plannedRun(process.argv[2]);
  const folder = join(runFolder(name), 'robustness');
  const document = await finishedRun(name);
  if (covidCt('robustness', runFolder(name), ...releaseArguments, '--out', folder) !== 0) return 1;

  const files = (await readdir(folder)).flatMap((file) => /^scores-([0-9a-f]{12})\.jsonl$/.exec(file)?.[1] ?? []);
  const [identity] = files;
  if (identity === undefined || files.length > 1) throw new CovidCtError('BAD_INPUT', `${folder} holds the scores of ${files.length} models.`, { hint: 'Remove those that are old.' });
  const { chunks } = await openScoresFile(folder, identity);
  const conditions = Object.keys(chunks[0]?.scores ?? {});
  const scores: RecordedScores = {
    run: document.id,
    images: chunks.flatMap(({ images }) => images),
    scores: Object.fromEntries(conditions.map((key) => [key, chunks.flatMap((chunk) => chunk.scores[key] ?? []).map((score) => Number(score.toFixed(digits)))])),
  };
  await keepFindings(robustnessFile(name), scores, document, `robustness: the same images under ${conditions.length - 1} conditions`);
  console.log(`results/robustness/${name}.json: ${scores.images.length} images under ${conditions.length - 1} conditions`);
  return 0;
});
