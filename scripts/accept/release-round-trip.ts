/**
 * Release → papers by the generator → extract → accept all → release new: npm run accept:release-round-trip -- RELEASE [PAPERS]
 * Pixels are kept losslessly in the papers. Images whose names carry page and object are set there; the others are counted apart.
 * Exits with 1 when a picture that was a figure by itself did not come back pixel for pixel.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRelease } from '../../src/release/index.ts';
import { papersOfRelease, runReleaseRoundTrip } from '../../tests/support/release-round-trip.ts';

const [source = '../shared/data/covid-ct', most = '1000'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'covid-ct-release-round-trip-'));
const release = await openRelease(source);
try {
  const papers = papersOfRelease(release, Number(most));
  const result = await runReleaseRoundTrip(release, papers, folder);
  for (const name of result.lost) console.log(`not back: ${name}`);
  for (const line of result.renamed) console.log(`renamed: ${line}`);
  for (const name of result.more) console.log(`none of the release's: ${name}`);
  console.log(`figures by themselves: ${result.alone.samePixels} of ${result.alone.images} came back pixel for pixel; panels of composites: ${result.samePixels - result.alone.samePixels} of ${result.images - result.alone.images}`);
  console.log(`${result.papers} papers, ${result.images} images: ${result.samePixels} came back pixel for pixel, ${result.sameNames} of them with their names; ${release.images.length - result.images} images of the release were not set, as their names carry no page and object`);
  process.exitCode = result.alone.samePixels < result.alone.images || result.alone.images === 0 ? 1 : 0;
} finally {
  await release.close();
  await rm(folder, { recursive: true, force: true });
}
