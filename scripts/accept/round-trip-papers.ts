/**
 * Round trip: a release's pictures are set into synthetic papers by the generator (without loss; panels as composites on white),
 * extracted, all accepted, and made into a new release, which must have the same pictures and names.
 *   npm run accept:round-trip-papers [-- --release ../shared/data/covid-ct] [--most 60] [--label COVID]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { terminalProgress } from '../../src/base/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { paperRoundTrip } from '../../tests/support/paper-round-trip.ts';

const { values } = parseArgs({ options: { release: { type: 'string', default: fileURLToPath(new URL('../../../shared/data/covid-ct', import.meta.url)) }, most: { type: 'string' }, label: { type: 'string' } } });
const release = await openRelease(values.release);
let failed = 0;
for (const label of values.label === undefined ? release.labels : [values.label]) {
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-round-trip-'));
  try {
    const images = release.images.filter((image) => image.label === label).slice(0, values.most === undefined ? undefined : Number(values.most));
    const trip = await paperRoundTrip(release, images, folder, terminalProgress());
    console.log(`${label}: ${trip.images} images in ${trip.papers} papers: ${trip.same} came back with their pixels and names, ${trip.renamed.length} with their pixels under another name`);
    console.log(`  ${trip.wrongNames.length} whose names carry page and xref came back under another, ${trip.lost.length} did not come back; ${trip.extra} pictures besides`);
    for (const [what, names] of Object.entries({ 'another name': trip.renamed, 'wrong name': trip.wrongNames, 'did not come back': trip.lost })) for (const name of names) console.log(`  ${what}: ${name}`);
    failed += trip.wrongNames.length + trip.lost.length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
await release.close();
console.log(failed === 0 ? 'all as it should be' : `${failed} did not come back as they were`);
process.exitCode = failed === 0 ? 0 : 1;
