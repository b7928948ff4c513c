import type { Random } from '../base/index.ts';

/** What an assignment should balance: one count of every group, with a weight. */
export interface Stratum {
  readonly name: string;
  /** Deviations of a stratum count this much: see {@link assignGroups}. */
  readonly weight: number;
  /** What each group adds to the stratum (images of a label, images of a label and venue, …). */
  readonly counts: readonly number[];
}

/** Groups with more than this many members of the search space get sampled swap partners and fewer restarts. */
const exhaustiveGroups = 1500;
const sampledPartners = 64;

interface Problem {
  readonly groups: number;
  readonly parts: number;
  /** `[groups][strata]` */
  readonly counts: readonly Float64Array[];
  readonly weights: Float64Array;
  /** `[parts][strata]` */
  readonly targets: readonly Float64Array[];
}

interface State {
  readonly partOf: Int32Array;
  /** `[parts][strata]` */
  readonly totals: readonly Float64Array[];
}

const at = (array: Float64Array | Int32Array | undefined, i: number): number => array?.[i] ?? 0;

/** What the cost changes by when `change` (times `sign`) is added to a part. */
function costChange(problem: Problem, state: State, part: number, change: Float64Array, sign: number): number {
  const totals = state.totals[part];
  const targets = problem.targets[part];
  let sum = 0;
  for (let s = 0; s < change.length; s++) {
    const delta = sign * at(change, s);
    if (delta === 0) continue;
    const off = at(totals, s) - at(targets, s);
    sum += (at(problem.weights, s) * (2 * off * delta + delta * delta)) / Math.max(1, at(targets, s));
  }
  return sum;
}

function add(state: State, part: number, change: Float64Array, sign: number): void {
  const totals = state.totals[part];
  if (totals === undefined) return;
  for (let s = 0; s < change.length; s++) totals[s] = at(totals, s) + sign * at(change, s);
}

function costOf(problem: Problem, state: State): number {
  let sum = 0;
  for (let part = 0; part < problem.parts; part++) {
    for (let s = 0; s < problem.weights.length; s++) {
      const target = at(problem.targets[part], s);
      sum += (at(problem.weights, s) * (at(state.totals[part], s) - target) ** 2) / Math.max(1, target);
    }
  }
  return sum;
}

/** Largest group first, each into the part where it costs least. */
function greedy(problem: Problem, random: Random): State {
  const state: State = {
    partOf: new Int32Array(problem.groups),
    totals: Array.from({ length: problem.parts }, () => new Float64Array(problem.weights.length)),
  };
  const sizes = problem.counts.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const order = random.shuffle(problem.counts.map((_, g) => g)).toSorted((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
  for (const g of order) {
    const counts = problem.counts[g];
    if (counts === undefined) continue;
    let best = 0;
    let bestCost = Infinity;
    for (let part = 0; part < problem.parts; part++) {
      const cost = costChange(problem, state, part, counts, 1);
      if (cost < bestCost - 1e-12) [best, bestCost] = [part, cost];
    }
    state.partOf[g] = best;
    add(state, best, counts, 1);
  }
  return state;
}

/** Moves single groups while that lowers the cost. Gives whether anything moved. */
function moveGroups(problem: Problem, state: State): boolean {
  let moved = false;
  problem.counts.forEach((counts, g) => {
    const from = at(state.partOf, g);
    const leaving = costChange(problem, state, from, counts, -1);
    let best = from;
    let bestCost = -1e-9;
    for (let part = 0; part < problem.parts; part++) {
      if (part === from) continue;
      const cost = leaving + costChange(problem, state, part, counts, 1);
      if (cost < bestCost) [best, bestCost] = [part, cost];
    }
    if (best === from) return;
    add(state, from, counts, -1);
    add(state, best, counts, 1);
    state.partOf[g] = best;
    moved = true;
  });
  return moved;
}

/** Swaps pairs of groups of two parts while that lowers the cost. Gives whether anything was swapped. */
function swapGroups(problem: Problem, state: State, random: Random): boolean {
  let swapped = false;
  const net = new Float64Array(problem.weights.length);
  const trySwap = (g: number, h: number): void => {
    const [a, b] = [at(state.partOf, g), at(state.partOf, h)];
    if (a === b) return;
    for (let s = 0; s < net.length; s++) net[s] = at(problem.counts[h], s) - at(problem.counts[g], s);
    if (costChange(problem, state, a, net, 1) + costChange(problem, state, b, net, -1) >= -1e-9) return;
    add(state, a, net, 1);
    add(state, b, net, -1);
    state.partOf[g] = b;
    state.partOf[h] = a;
    swapped = true;
  };
  for (let g = 0; g < problem.groups; g++) {
    if (problem.groups <= exhaustiveGroups) for (let h = g + 1; h < problem.groups; h++) trySwap(g, h);
    else for (let k = 0; k < sampledPartners; k++) trySwap(g, random.integer(0, problem.groups - 1));
  }
  return swapped;
}

/**
 * Puts whole groups into parts so that every stratum is divided as near to the proportions as the groups allow.
 *
 * It minimises Σ weight · (count − wanted)² / wanted over strata and parts (wanted at least 1): largest group first,
 * then moves of one group and swaps of two until neither helps, from several starts drawn from `random`; the best one
 * is kept. The same input and seed give the same assignment. It is a search: the optimum is not guaranteed.
 * @param strata what to balance; each with one count a group
 * @param proportions wanted shares of the parts, adding up to 1
 * @returns the part of every group, and the cost reached
 */
export function assignGroups(
  groups: number,
  strata: readonly Stratum[],
  proportions: readonly number[],
  random: Random,
): { readonly partOf: readonly number[]; readonly cost: number } {
  const problem: Problem = {
    groups,
    parts: proportions.length,
    counts: Array.from({ length: groups }, (_, g) => Float64Array.from(strata, (stratum) => stratum.counts[g] ?? 0)),
    weights: Float64Array.from(strata, (stratum) => stratum.weight),
    targets: proportions.map((share) => Float64Array.from(strata, (stratum) => share * stratum.counts.reduce((sum, count) => sum + count, 0))),
  };
  const starts = groups <= exhaustiveGroups ? 6 : 2;
  let best: { partOf: readonly number[]; cost: number } = { partOf: [], cost: Infinity };
  for (let start = 0; start < starts; start++) {
    const stream = random.fork(`start ${start}`);
    const state = greedy(problem, stream);
    for (let pass = 0; pass < 50; pass++) {
      const moved = moveGroups(problem, state);
      const swapped = swapGroups(problem, state, stream);
      if (!moved && !swapped) break;
    }
    const cost = costOf(problem, state);
    if (cost < best.cost - 1e-9) best = { partOf: [...state.partOf], cost };
  }
  return best;
}
