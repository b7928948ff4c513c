/**
 * Broken, encrypted, truncated, empty, disguised, endless, recursive, huge and byte-fuzzed PDFs in one batch: a clear status
 * each, no hang past its limit, no crash of the batch.
 *   npm run accept:fuzz-papers [-- --count 300] [--seed 1] [--pages 2000]
 * Half of the mutated files are made of real papers where ../shared/data/papers is there.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatDuration, terminalProgress } from '../../src/base/index.ts';
import { defaultLimits } from '../../src/papers/index.ts';
import { casePaper } from '../../tests/support/case-paper.ts';
import { fuzzPapers, hostilePapers, readSeeds } from '../../tests/support/fuzz/papers.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' }, pages: { type: 'string', default: '2000' } } });
const folder = fileURLToPath(new URL('../../../shared/data/papers', import.meta.url));
const real = existsSync(folder) ? await readSeeds(readdirSync(folder).filter((name) => name.endsWith('.pdf')).map((name) => join(folder, name))) : [];
const limits = defaultLimits;
const seeds = real.length === 0 ? [casePaper({ seed: 1 })] : real.flatMap((bytes, i) => [casePaper({ seed: 50 + i }), bytes]);
const { files, statuses, violations, cost } = await fuzzPapers(hostilePapers(Number(values.pages)), seeds, Number(values.count), Number(values.seed), limits, terminalProgress());
console.log(`${files} files (${values.count} mutated, of ${real.length} real papers and synthetic ones), limits ${limits.seconds} s and ${limits.megabytes} MB a file`);
for (const [status, count] of statuses) console.log(`  ${status}: ${count}`);
console.log(`${formatDuration(cost.seconds)}, slowest file ${cost.slowestSeconds.toFixed(1)} s, at most ${cost.peakMegabytes} MB in ${cost.workers + 1} processes`);
for (const violation of violations) console.log(`  ${violation}`);
console.log(violations.length === 0 ? 'all as it should be' : `${violations.length} FAILED`);
process.exitCode = violations.length === 0 ? 0 : 1;
