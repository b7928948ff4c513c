/**
 * How long a synthetic CT series of 512 × 512 takes to open, from files to Hounsfield units, and that it holds the very units.
 *   npm run accept:open-series [-- --slices 300] [--times 3]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPhantomVolume } from '../../src/imaging/index.ts';
import { dicomOfSlice, openVolume } from '../../src/imaging/node.ts';

const { values } = parseArgs({ options: { slices: { type: 'string', default: '300' }, times: { type: 'string', default: '3' } } });
const slices = Number(values.slices);
const limitSeconds = 3;

const folder = await mkdtemp(join(tmpdir(), 'covid-ct-series-'));
try {
  console.log(`Drawing a synthetic phantom of ${slices} slices of 512 × 512 …`);
  const volume = drawPhantomVolume({ patient: 1, lesions: 'opacities', slices, thickness: 1, width: 512, height: 512 });
  for (let k = 0; k < slices; k++) await writeFile(join(folder, `${String((k * 7919) % 100_003).padStart(6, '0')}.dcm`), dicomOfSlice(volume, k, 1));
  const seconds: number[] = [];
  const work: number[] = [];
  for (let time = 0; time < Number(values.times); time++) {
    const start = performance.now();
    const before = process.cpuUsage();
    const opened = await openVolume(folder);
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(before);
    work.push((user + system) / 1e6);
    if (!Buffer.from(opened.units.buffer).equals(Buffer.from(volume.units.buffer))) throw new Error('The opened units differ from the written ones.');
  }
  const slowest = Math.max(...seconds);
  console.log(`${slices} slices opened in ${seconds.map((value) => value.toFixed(2)).join(', ')} s (of which the processor worked ${work.map((value) => value.toFixed(2)).join(', ')} s); at most ${limitSeconds} s: ${slowest <= limitSeconds ? 'met' : 'not met'}`);
  if (slowest > limitSeconds) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
