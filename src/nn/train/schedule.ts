import { NnError } from '../errors.ts';

/** How the learning rate goes with the optimiser's steps, counted from 0. A unit is whatever counts: steps, or epochs × steps an epoch. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** Times `factor` at each of the steps, or after every `every` steps. */
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'milestones'; readonly steps: readonly number[]; readonly factor: number }
  /** From 1 to `floor` along half a cosine over `steps` steps, then `floor` (Loshchilov & Hutter 2017, eq. 5). */
  | { readonly kind: 'cosine'; readonly steps: number; readonly floor?: number };

export interface RateOptions {
  readonly rate: number;
  readonly schedule?: Schedule;
  /** Steps over which the rate grows from rate/n to rate before the schedule starts. */
  readonly warmUp?: number;
}

function factorAt(schedule: Schedule, step: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(step / schedule.every);
    case 'milestones':
      return schedule.factor ** schedule.steps.filter((milestone) => step >= milestone).length;
    case 'cosine': {
      const floor = schedule.floor ?? 0;
      return floor + ((1 - floor) * (1 + Math.cos(Math.PI * Math.min(1, step / schedule.steps)))) / 2;
    }
  }
}

/** The learning rate of a step, counted from 0. @throws NnError BAD_INPUT for a rate below 0 or not a number */
export function rateAt({ rate, schedule = { kind: 'constant' }, warmUp = 0 }: RateOptions, step: number): number {
  if (!(rate >= 0 && Number.isFinite(rate))) throw new NnError('BAD_INPUT', `A learning rate of ${rate} is not a number of at least 0.`);
  return step < warmUp ? (rate * (step + 1)) / warmUp : rate * factorAt(schedule, step - warmUp);
}
