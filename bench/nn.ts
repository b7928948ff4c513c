/**
 * Training and inference beside PyTorch, on the same machine, threads and batch: two processes that each do nothing but one
 * kind of step take turns, one step at a time, so that whatever else the machine does hits both alike. Medians, and ratios of medians;
 * memory is each process's peak (VmHWM) after its steps. Weights and pictures are random: they do not change the work.
 * PyTorch waits more on its threads than we do where others use the machine, so the ratio counts only on an idle one; with
 * --threads 1, the ratio of processor time is told as well, by its least value, which other work hardly moves.
 *
 *     PYTHON=VENV/bin/python npm run bench:nn [-- --only TEXT] [--runs 5] [--threads 2] [--channels-last] [--json]
 *
 * The virtual environment needs torch 2.15, torchvision and timm (5 GB), so this is run by hand, not in CI.
 */
import { parseArgs } from 'node:util';
import { beside, columns, median, Peer, takeTurns, torchPython, verdict, type Peers } from './peers.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    'channels-last': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const runs = Math.max(5, Number(flags.runs));
const warmUps = 2;
const python = torchPython('bench:nn');

interface Case {
  readonly network: string;
  readonly kind: 'train' | 'infer';
  readonly batch: number;
  /** Bounds of the ratio to PyTorch: what must be reached, and what is aimed at. */
  readonly must: number;
  readonly goal?: number;
  readonly memory?: { readonly must: number; readonly goal: number };
}

const cases: readonly Case[] = [
  { network: 'densenet169', kind: 'infer', batch: 8, must: 0.6 },
  { network: 'densenet169', kind: 'infer', batch: 1, must: 0.45 },
  { network: 'densenet169', kind: 'train', batch: 8, must: 1.4, goal: 1, memory: { must: 1.4, goal: 1 } },
  { network: 'resnet18', kind: 'train', batch: 8, must: 2, goal: 1.2 },
  { network: 'efficientnet_lite0', kind: 'train', batch: 16, must: 1, goal: 0.7 },
];

const results: unknown[] = [];

for (const { network, kind, batch, must, goal, memory } of cases) {
  const title = `${network} ${kind} batch ${batch}`;
  if (!title.includes(flags.only)) continue;
  const args = [network, kind, String(batch), flags.threads];
  const torch = (layout: string): Peer => new Peer(python, [beside('nn_torch.py'), ...args, layout]);
  const peers: Peers = {
    ours: new Peer(process.execPath, [beside('nn-step.ts'), ...args]),
    torch: torch('default'),
    ...(flags['channels-last'] ? { channels_last: torch('channels_last') } : {}),
  };
  const [, version] = await Promise.all(Object.values(peers).map((peer) => peer.line()));
  const { times, busy, others, peakMegabytes } = await takeTurns(peers, runs, warmUps);
  const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
  const ratioOf = (numbers: Readonly<Record<string, number>>): number => (numbers['ours'] ?? NaN) / (numbers['torch'] ?? NaN);
  const [ratio, memoryRatio] = [ratioOf(medians), ratioOf(peakMegabytes)];
  results.push({ network, kind, batch, threads: Number(flags.threads), torch: version, milliseconds: times, processorMilliseconds: busy, othersShare: others, medians, ratio, must, goal, peakMegabytes, memoryRatio, memory });
  if (flags.json) continue;
  console.log(`${title}: ${columns(medians, 'ms')} (medians of ${runs}); ratio ${ratio.toFixed(2)} (${verdict(ratio, must, goal)})`);
  if (others > 0.05) console.log(`  meanwhile other programs used ${(100 * others).toFixed(0)} % of the machine, which slows PyTorch more than us: the ratio of times counts on an idle machine only`);
  if (flags.threads === '1') {
    const least = Object.fromEntries(Object.entries(busy).map(([name, all]) => [name, Math.min(...all)]));
    console.log(`  processor time: ${columns(least, 'ms')} (least of ${runs}); ratio ${ratioOf(least).toFixed(2)}`);
  }
  console.log(`  peak memory: ${columns(peakMegabytes, 'MB')}; ratio ${memoryRatio.toFixed(2)}${memory === undefined ? '' : ` (${verdict(memoryRatio, memory.must, memory.goal)})`}`);
}
if (flags.json) console.log(JSON.stringify(results, null, 2));
