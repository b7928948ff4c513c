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
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

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
const python = process.env['PYTHON'];
if (python === undefined) {
  console.error('PYTHON must name the python of a virtual environment with torch, torchvision and timm: PYTHON=VENV/bin/python npm run bench:nn');
  process.exit(4);
}

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

/** A process that answers each line with a line. */
class Peer {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`${this.#child.spawnargs.join(' ')} ended`);
    return next.value;
  }

  async ask(question: 'step' | 'memory'): Promise<readonly number[]> {
    this.#child.stdin.write(`${question}\n`);
    return (await this.line()).split(' ').map(Number);
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    await closed;
  }
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const verdict = (ratio: number, must: number, goal?: number): string => {
  const bounds = `must ${must}${goal === undefined ? '' : `, goal ${goal}`}`;
  return `${bounds}: ${ratio > must ? 'NOT MET' : goal !== undefined && ratio > goal ? 'must met' : 'met'}`;
};
const results: unknown[] = [];

for (const { network, kind, batch, must, goal, memory } of cases) {
  const title = `${network} ${kind} batch ${batch}`;
  if (!title.includes(flags.only)) continue;
  const args = [network, kind, String(batch), flags.threads];
  const torch = (layout: string): Peer => new Peer(python, [file('nn_torch.py'), ...args, layout]);
  const peers: Record<string, Peer> = { ours: new Peer(process.execPath, [file('nn-step.ts'), ...args]), torch: torch('default') };
  if (flags['channels-last']) peers['channels_last'] = torch('channels_last');
  const versions = await Promise.all(Object.values(peers).map((peer) => peer.line()));
  const empty = (): Record<string, number[]> => Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  const [times, busy] = [empty(), empty()];
  for (let run = -warmUps; run < runs; run++) {
    for (const [name, peer] of Object.entries(peers)) {
      const [time = Number.NaN, processor = Number.NaN] = await peer.ask('step');
      if (run < 0) continue;
      times[name]?.push(time);
      busy[name]?.push(processor);
    }
  }
  const peaks = Object.fromEntries(await Promise.all(Object.entries(peers).map(async ([name, peer]) => [name, ((await peer.ask('memory'))[0] ?? Number.NaN) / 1024] as const)));
  await Promise.all(Object.values(peers).map((peer) => peer.end()));
  const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
  const ratio = (medians['ours'] ?? Number.NaN) / (medians['torch'] ?? Number.NaN);
  const memoryRatio = (peaks['ours'] ?? Number.NaN) / (peaks['torch'] ?? Number.NaN);
  results.push({ network, kind, batch, threads: Number(flags.threads), torch: versions[1], milliseconds: times, processorMilliseconds: busy, medians, ratio, must, goal, peakMegabytes: peaks, memoryRatio, memory });
  if (flags.json) continue;
  const columns = (numbers: Record<string, number>, unit: string): string => Object.entries(numbers).map(([name, value]) => `${name} ${value.toFixed(0)} ${unit}`).join(', ');
  console.log(`${title}: ${columns(medians, 'ms')} (medians of ${runs}); ratio ${ratio.toFixed(2)} (${verdict(ratio, must, goal)})`);
  if (flags.threads === '1') {
    const least = Object.fromEntries(Object.entries(busy).map(([name, all]) => [name, Math.min(...all)]));
    console.log(`  processor time: ${columns(least, 'ms')} (least of ${runs}); ratio ${((least['ours'] ?? Number.NaN) / (least['torch'] ?? Number.NaN)).toFixed(2)}`);
  }
  console.log(`  peak memory: ${columns(peaks, 'MB')}; ratio ${memoryRatio.toFixed(2)}${memory === undefined ? '' : ` (${verdict(memoryRatio, memory.must, memory.goal)})`}`);
}
if (flags.json) console.log(JSON.stringify(results, null, 2));
