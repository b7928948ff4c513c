/**
 * Round trip: a release's pictures are set into synthetic papers by the generator (without loss; panels as composites on an even ground),
 * extracted, all accepted, and made into a new release, which must have the same pictures and names.
 *   npm run accept:round-trip-papers [-- --release ../shared/data/covid-ct] [--label COVID] [--first 0] [--most 60] [--keep DIR]
 * With `--keep`, what was extracted stays in DIR, and a run that was stopped goes on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { terminalProgress, type Progress } from '../../src/base/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { paperRoundTrip } from '../../tests/support/paper-round-trip.ts';

const { values } = parseArgs({ options: { release: { type: 'string', default: fileURLToPath(new URL('../../../shared/data/covid-ct', import.meta.url)) }, first: { type: 'string', default: '0' }, most: { type: 'string' }, label: { type: 'string' }, keep: { type: 'string' } } });
/** Lines for logs, one for each twentieth. */
let told = -1;
const lines: Progress = ({ label, done, total = 0 }) => {
  const part = Math.floor((20 * done) / Math.max(1, total));
  if (part === told) return;
  told = part;
  console.error(`${new Date().toISOString().slice(11, 19)} ${label}: ${done} of ${total}`);
};
const release = await openRelease(values.release);
let failed = 0;
for (const label of values.label === undefined ? release.labels : [values.label]) {
  const folder = values.keep === undefined ? await mkdtemp(join(tmpdir(), 'covid-ct-round-trip-')) : join(values.keep, label);
  try {
    const images = release.images.filter((image) => image.label === label).slice(Number(values.first), values.most === undefined ? undefined : Number(values.first) + Number(values.most));
    const trip = await paperRoundTrip(release, images, folder, process.stderr.isTTY ? terminalProgress() : lines);
    console.log(`${label}: ${trip.images} images in ${trip.papers} papers: ${trip.same} came back with their pixels and names, ${trip.renamed.length} with their pixels under another name`);
    console.log(`  ${trip.wrongNames.length} whose names carry page and xref came back under another, ${trip.lost.length} did not come back; ${trip.extra} pictures besides`);
    for (const [what, names] of Object.entries({ 'another name': trip.renamed, 'wrong name': trip.wrongNames, 'did not come back': trip.lost })) for (const name of names) console.log(`  ${what}: ${name}`);
    failed += trip.wrongNames.length + trip.lost.length;
  } finally {
    if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}
await release.close();
console.log(failed === 0 ? 'all as it should be' : `${failed} did not come back as they were`);
process.exitCode = failed === 0 ? 0 : 1;
