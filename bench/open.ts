/**
 * What opening and verifying cost, beside the least that could do: `sha256sum` of the same zips, and a bare loop of sharp
 * over the same pictures. Runs alternate; medians are printed, and ratios of medians. The bound (1.5) is on the work
 * itself, in this process, after one run that warms up; a process of its own adds Node's start-up, printed apart.
 *
 *     npm run bench:open [-- FOLDER] [-- RUNS]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openFileTree, openRelease, verifyRelease } from '../src/release/index.ts';

const folder = process.argv[2] ?? '../shared/data/covid-ct';
const runs = Math.max(5, Number(process.argv[3] ?? 7));
const zips = ['CT_COVID', 'CT_NonCOVID'].map((name) => `${folder}/Images-processed/${name}.zip`);
const command = fileURLToPath(new URL('../bin/covid-ct.js', import.meta.url));

const timed = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const verify = async (decode: boolean): Promise<void> => {
  const release = await openRelease(folder);
  const found = await verifyRelease(release, { decode });
  if (found.unchanged !== found.images) throw new Error('the release is not as published');
  await release.close();
};
const sharpLoop = async (): Promise<void> => {
  const tree = await openFileTree(folder);
  for (const entry of tree.entries) if (/\.(?:png|jpg)$/.test(entry.path)) await sharp(await tree.read(entry.path)).raw().toBuffer();
  await tree.close();
};
/** The same with as many at once as verify has, which is the harder thing to be compared with. */
const sharpAtOnce = async (): Promise<void> => {
  const tree = await openFileTree(folder);
  const queue = tree.entries.filter((entry) => /\.(?:png|jpg)$/.test(entry.path))[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await sharp(await tree.read(next.value.path)).raw().toBuffer();
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  await tree.close();
};

const works: Readonly<Record<string, () => Promise<unknown> | unknown>> = {
  'sha256sum of the zips (a process)': () => execFileSync('sha256sum', zips),
  'open and verify, not decoded': () => verify(false),
  'covid-ct verify (a process)': () => execFileSync(process.execPath, [command, 'verify', '--release', folder, '--json']),
  'covid-ct --version (a process)': () => execFileSync(process.execPath, [command, '--version']),
  'bare sharp loop': sharpLoop,
  'bare sharp loop, four at once': sharpAtOnce,
  'open and verify, all decoded': () => verify(true),
};
const times = new Map<string, number[]>(Object.keys(works).map((name) => [name, []]));
for (let run = 0; run <= runs; run++) {
  for (const [name, work] of Object.entries(works)) {
    const time = await timed(work);
    if (run > 0) times.get(name)?.push(time);
  }
}
const median = (name: string): number => times.get(name)?.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
for (const name of times.keys()) console.log(`${name.padEnd(36)} ${median(name).toFixed(0).padStart(6)} ms  (median of ${runs})`);
console.log(`not decoded: ${(median('open and verify, not decoded') / median('sha256sum of the zips (a process)')).toFixed(2)} × sha256sum (bound 1.5)`);
console.log(`as processes: ${(median('covid-ct verify (a process)') / median('sha256sum of the zips (a process)')).toFixed(2)} × sha256sum`);
console.log(`decoded: ${(median('open and verify, all decoded') / median('bare sharp loop')).toFixed(2)} × the bare loop of sharp (bound 1.5)`);
console.log(`decoded: ${(median('open and verify, all decoded') / median('bare sharp loop, four at once')).toFixed(2)} × the loop of sharp with four at once`);
