/** What the side-by-side timings share: processes that take turns, and what else the machine did meanwhile. */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process that does one kind of work, on request: it answers each line with a line. */
export class Peer {
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

  /** `step` does the work once; `memory` asks for the process's peak so far, in kB. */
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

export type Peers = Readonly<Record<string, Peer>>;

/** What the turns of some peers took, by their names. */
export interface Turns {
  /** Milliseconds of the clock, turn by turn. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** Milliseconds of the processor. */
  readonly busy: Readonly<Record<string, readonly number[]>>;
  /** The rest of what each turn answered, such as a loss. */
  readonly rest: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** The share of the machine's processors that everything else used meanwhile: 0 where the machine was ours. */
  readonly others: number;
  readonly peakMegabytes: Readonly<Record<string, number>>;
}

/** Milliseconds that all processors together were busy. */
const machineBusy = (): number => cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** Has peers work by turns, so that whatever else the machine does hits all alike, and ends them. */
export async function takeTurns(peers: Peers, runs: number, warmUps: number): Promise<Turns> {
  const names = Object.keys(peers);
  const empty = <Item>(): Record<string, Item[]> => Object.fromEntries(names.map((name) => [name, []]));
  const [times, busy, rest] = [empty<number>(), empty<number>(), empty<readonly number[]>()];
  let [elsewhere, capacity] = [0, 0];
  for (let run = -warmUps; run < runs; run++) {
    for (const [name, peer] of Object.entries(peers)) {
      const before = machineBusy();
      const [time = NaN, processor = NaN, ...more] = await peer.ask('step');
      if (run < 0) continue;
      elsewhere += machineBusy() - before - processor;
      capacity += time * cpus().length;
      times[name]?.push(time);
      busy[name]?.push(processor);
      rest[name]?.push(more);
    }
  }
  const peakMegabytes = Object.fromEntries(await Promise.all(Object.entries(peers).map(async ([name, peer]) => [name, ((await peer.ask('memory'))[0] ?? NaN) / 1024] as const)));
  await Promise.all(Object.values(peers).map((peer) => peer.end()));
  return { times, busy, rest, others: Math.max(0, elsewhere / capacity), peakMegabytes };
}

/** The path of a file beside this one. */
export const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/** Whether a ratio is within its bounds. */
export function verdict(ratio: number, must: number, goal?: number): string {
  const bounds = `must ${must}${goal === undefined ? '' : `, goal ${goal}`}`;
  return `${bounds}: ${ratio <= (goal ?? must) ? 'met' : ratio <= must ? 'must met' : 'NOT MET'}`;
}

/** `ours 12 ms, torch 34 ms`. */
export const columns = (numbers: Readonly<Record<string, number>>, unit: string): string => Object.entries(numbers).map(([name, value]) => `${name} ${value.toFixed(0)} ${unit}`).join(', ');

/** The Python that has PyTorch, by `PYTHON=`; ends the program where none is named. */
export function torchPython(command: string): string {
  const python = process.env['PYTHON'];
  if (python !== undefined) return python;
  console.error(`PYTHON must name the python of a virtual environment with torch, torchvision and timm: PYTHON=VENV/bin/python npm run ${command}`);
  process.exit(4);
}
