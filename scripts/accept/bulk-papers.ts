/**
 * Many distinct synthetic papers in one go, and one that is poisonous: killed with SIGKILL after a third, run again to the end.
 *   npm run accept:bulk-papers [-- --count 2000]
 * Bound: all processes together hold at most 1,500 MB. Needs about 2 MB of disk a paper in the temporary folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatDuration } from '../../src/base/index.ts';
import { proveBulk } from '../../tests/support/bulk-papers.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '2000' } } });
const most = 1500;
const folder = await mkdtemp(join(tmpdir(), 'covid-ct-bulk-'));
try {
  const proof = await proveBulk(folder, Number(values.count));
  console.log(`${proof.papers} papers, ${proof.pages} pages, ${proof.candidates} candidates in ${formatDuration(proof.seconds)}, the kill and the second start included: ${(proof.pages / proof.seconds).toFixed(1)} pages a second`);
  console.log(`most memory of all processes together: ${proof.seenMegabytes} MB as seen from outside, ${proof.toldMegabytes} MB as the command tells (bound: ${most} MB)`);
  console.log(`after the kill ${proof.knownAfterKill} results were there`);
  const violations = [...proof.violations, ...(Math.max(proof.seenMegabytes, proof.toldMegabytes) > most ? [`more than ${most} MB`] : [])];
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(violations.length === 0 ? 'all as it should be' : `${violations.length} FAILED`);
  process.exitCode = violations.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
