import type { Random } from '../base/index.ts';
import type { StudyCase } from './cases.ts';
import type { StudyPlan } from './plan/schema.ts';

/** One reading that a reader is to make. */
export interface PlannedReading {
  /** 0, 1, … in the reader's own order. */
  readonly position: number;
  /** Sessions are at least the wash-out apart. */
  readonly session: number;
  /** Index into the study's cases. */
  readonly caseIndex: number;
  /** Index into the plan's arms. */
  readonly arm: number;
  readonly practice: boolean;
}

/** Divides cases into groups of equal size, each label evenly: `groups[case]`. */
function balancedGroups(cases: readonly StudyCase[], indices: readonly number[], count: number, random: Random): ReadonlyMap<number, number> {
  const groups = new Map<number, number>();
  let next = 0;
  for (const label of [...new Set(indices.map((index) => cases[index]?.label ?? ''))].toSorted()) {
    // The groups go on being filled where the label before left off, so that sizes differ by one at most.
    for (const index of random.shuffle(indices.filter((one) => cases[one]?.label === label))) groups.set(index, next++ % count);
  }
  return groups;
}

/**
 * Who reads what when. Within a session a reader sees a case once, so that no case is seen twice within the wash-out; over the sessions each
 * arm once. Fully crossed and split-plot: each session mixes the arms in equal shares (a Latin square over groups of cases,
 * sessions and readers). Crossover: each session has one arm, and the readers begin with different ones.
 * The same plan and cases give the same allocation.
 * @returns one list a reader, in the order of the plan's readers
 */
export function allocate(plan: StudyPlan, cases: readonly StudyCase[], random: Random): readonly (readonly PlannedReading[])[] {
  const arms = plan.arms.length;
  const studied = cases.flatMap(({ practice }, index) => (practice ? [] : [index]));
  const practised = cases.flatMap(({ practice }, index) => (practice ? [index] : []));
  const split = plan.design.kind === 'split-plot' ? plan.design.groups : 1;
  const readerTurn = random.shuffle(plan.readers.map((_, i) => i));
  const plots = balancedGroups(cases, studied, split, random.fork('plots'));
  return plan.readers.map((reader, r) => {
    const turn = readerTurn.indexOf(r);
    const own = studied.filter((index) => plots.get(index) === turn % split);
    const squares = balancedGroups(cases, own, arms, random.fork(`squares ${turn % split}`));
    // Readers of one group begin at different places of the square.
    const start = Math.floor(turn / split);
    const readings: Omit<PlannedReading, 'position'>[] = practised.map((caseIndex, i) => ({ session: 0, caseIndex, arm: i % arms, practice: true }));
    for (let session = 0; session < arms; session++) {
      const order = random.fork(`order ${reader.id} ${session}`).shuffle(own);
      for (const caseIndex of order) {
        const arm = ((plan.design.kind === 'crossover' ? 0 : (squares.get(caseIndex) ?? 0)) + session + start) % arms;
        readings.push({ session, caseIndex, arm, practice: false });
      }
    }
    return readings.map((reading, position) => ({ position, ...reading }));
  });
}
