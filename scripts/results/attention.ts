/**
 * Where a finished run looks on its test images: npm run results:attention -- NAME
 *
 * Runs covid-ct explain on the run in the workspace and keeps the shares of each image in results/attention/NAME.json;
 * docs/RESULTS.md is computed from them. Nothing is chosen by them.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { attentionFile, attentionSchema, type AttentionShares } from './files.ts';
import { plannedRun, runScript } from './named.ts';
import { covidCt, finishedRun, keepFindings, releaseArguments, runFolder } from './stages.ts';

/** Shares are kept to this many digits, which no figure shows. */
const digits = 6;

const share = z.object({ attention: z.number(), area: z.number() }).nullable();
const explanationsSchema = z.object({
  images: z.array(z.object({ image: z.string(), outcome: z.string(), outsideLungs: share, lungs: z.string(), onMarks: share, onPlantedMarks: share })),
});

const rounded = (of: z.infer<typeof share>): z.infer<typeof share> => of && { attention: Number(of.attention.toFixed(digits)), area: Number(of.area.toFixed(digits)) };

await runScript(async () => {
  const { name } = plannedRun(process.argv[2]);
  const document = await finishedRun(name);
  const folder = join(runFolder(name), 'explain');
  if (covidCt('explain', runFolder(name), ...releaseArguments, '--out', folder) !== 0) return 1;

  const { images } = explanationsSchema.parse(JSON.parse(await readFile(join(folder, 'explain.json'), 'utf8')));
  const shares: AttentionShares = attentionSchema.parse({
    run: document.id,
    images: images.map(({ image, outcome, outsideLungs, lungs, onMarks, onPlantedMarks }) => ({
      image, outcome, outside: rounded(outsideLungs), abstained: lungs === 'found' ? null : lungs, marks: rounded(onMarks), planted: rounded(onPlantedMarks),
    })),
  });
  await keepFindings(attentionFile(name), shares, document, 'explain: where the run looked');
  console.log(`results/attention/${name}.json: ${shares.images.length} images`);
  return 0;
});
