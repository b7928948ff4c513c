/**
 * An epoch of the CPU preset beside the same in PyTorch: EfficientNet-Lite0, batches of 16, the recipe's augmentation, every training
 * picture of the real release once. Both sides hold the pictures in memory, scaled to shorter side 256, and crop, mirror and jitter them anew;
 * both start from the ImageNet weights. PyTorch augments by torchvision, in its own thread and with one worker; its better time counts.
 * They take turns, an epoch each, so that whatever else the machine does hits all alike.
 *
 *     PYTHON=VENV/bin/python npm run bench:epoch [-- --runs 3] [--threads 2] [--images 425] [--json]
 *
 * Needs ../shared and the virtual environment of bench:nn; five minutes on an idle machine of two cores.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findRecipe, partsOf } from '../src/benchmark/index.ts';
import { encodePng } from '../src/imaging/node.ts';
import { shrinkForTraining } from '../src/benchmark/training/pictures.ts';
import { toRgb } from '../src/imaging/index.ts';
import { openRelease } from '../src/release/index.ts';
import { legacyTrack } from '../src/splits/index.ts';
import { realPath } from '../tests/support/real-release.ts';
import { beside, columns, median, Peer, takeTurns, torchPython, verdict, type Peers } from './peers.ts';

const { values: flags } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, threads: { type: 'string', default: '2' }, images: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } },
});
const must = 1;
const runs = Math.max(3, Number(flags.runs));
const python = torchPython('bench:epoch');
const recipe = findRecipe('transfer', 'cpu');

/** Writes the training pictures as both sides hold them. @returns how many */
async function writePictures(folder: string): Promise<number> {
  const release = await openRelease(realPath('release'));
  try {
    const { train } = partsOf(release, legacyTrack(release));
    const chosen = train.slice(0, Number(flags.images));
    const shrink = shrinkForTraining(recipe.augmentation.from);
    const listed: { file: string; target: number }[] = [];
    for (const [i, { image, target }] of chosen.entries()) {
      const file = join(folder, `${i}.png`);
      await writeFile(file, await encodePng(shrink(toRgb(await release.picture(image)))));
      listed.push({ file, target });
    }
    await writeFile(join(folder, 'setup.json'), JSON.stringify({ recipe, weights: realPath('weights'), pictures: listed }));
    return listed.length;
  } finally {
    await release.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'covid-ct-epoch-'));
try {
  const count = await writePictures(folder);
  const setup = join(folder, 'setup.json');
  const torch = (workers: number): Peer => new Peer(python, [beside('epoch_torch.py'), setup, flags.threads, String(workers)]);
  const peers: Peers = { ours: new Peer(process.execPath, [beside('epoch-ours.ts'), setup, flags.threads]), torch: torch(0), torch_worker: torch(1) };
  const [, version] = await Promise.all(Object.values(peers).map((peer) => peer.line()));
  const { times, busy, rest, others, peakMegabytes } = await takeTurns(peers, runs, 1);
  const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
  const ratio = (medians['ours'] ?? NaN) / Math.min(medians['torch'] ?? NaN, medians['torch_worker'] ?? NaN);
  const losses = Object.fromEntries(Object.entries(rest).map(([name, all]) => [name, all.map(([loss]) => loss)]));
  if (flags.json) {
    console.log(JSON.stringify({ images: count, threads: Number(flags.threads), torch: version, milliseconds: times, processorMilliseconds: busy, losses, othersShare: others, medians, ratio, must, peakMegabytes }, null, 2));
  } else {
    console.log(`an epoch of ${count} images, torch ${version}: ${columns(medians, 'ms')} (medians of ${runs}); ratio to the faster ${ratio.toFixed(2)} (${verdict(ratio, must)})`);
    console.log(`  mean losses of the epochs: ${Object.entries(losses).map(([name, all]) => `${name} ${all.map((loss) => loss?.toFixed(3)).join(' ')}`).join('; ')}`);
    const least = Object.fromEntries(Object.entries(busy).filter(([name]) => name !== 'torch_worker').map(([name, all]) => [name, Math.min(...all)]));
    console.log(`  processor time: ${columns(least, 'ms')} (least of ${runs}); ratio ${((least['ours'] ?? NaN) / (least['torch'] ?? NaN)).toFixed(2)}`);
    if (others > 0.05) console.log(`  meanwhile other programs used ${(100 * others).toFixed(0)} % of the machine, which slows PyTorch more than us: the ratio of times counts on an idle machine only`);
    console.log(`  peak memory: ${columns(peakMegabytes, 'MB')}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
