import { CovidCtError, createRandom, type Random } from '../base/index.ts';
import { normalQuantile, separationOf } from '../statistics/index.ts';
import { ratingRange } from './plan/read.ts';
import type { Answer } from './reading/answers.ts';
import { confirmReading } from './reading/room.ts';
import { stateOf } from './reading/state.ts';
import { readingId, readingsOf, type Study } from './study.ts';

/** How simulated readers read. */
export interface SimulationOptions {
  /** Readers that are simulated; all that have confirmed nothing where absent. */
  readonly readers?: readonly string[];
  /** The expected AUC of each arm; 0.85 where absent. */
  readonly aucs?: Readonly<Record<string, number>>;
  readonly seed: number;
  /** When the first answer is given; sessions follow each other by the wash-out. */
  readonly start: Date;
  /** How an answer is given: to the study's folder unless another way is named, such as a server's API. */
  readonly send?: (reader: string, id: string, answer: Answer, at: Date) => Promise<unknown>;
}

/** Variances of what makes ratings differ, those of cases adding up to 1 (as in Roe and Metz's table). */
const variances = { varianceReader: 0.02, varianceArmReader: 0.01, varianceCase: 0.3, varianceArmCase: 0.1, varianceReaderCase: 0.2, varianceError: 0.4 };

/** A rating on the plan's scale out of a latent one: the scale is cut at fixed places around the middle between the classes. */
function onScale(latent: number, middle: number, lowest: number, highest: number, yesNo: boolean): number {
  const share = 1 / (1 + Math.exp(-1.4 * (latent - middle)));
  const rating = Math.min(highest, Math.max(lowest, Math.round(lowest + share * (highest - lowest))));
  return yesNo && rating === 0 ? (share >= 0.5 ? 1 : -1) : rating;
}

/**
 * Simulated readers give every answer that is missing, through the same door as people, and are recorded as simulated. They prove the software, not
 * the claim: their accuracy in each arm is what they were told.
 * @throws CovidCtError BAD_INPUT for an arm or reader that is not in the plan
 */
export async function simulateReaders(study: Study, options: SimulationOptions): Promise<readonly string[]> {
  const { plan, key } = study;
  for (const arm of Object.keys(options.aucs ?? {})) if (!plan.arms.some(({ id }) => id === arm)) throw new CovidCtError('BAD_INPUT', `The plan has no arm ${arm}.`);
  const state = stateOf(await study.log.read());
  const readers = options.readers ?? plan.readers.map(({ id }) => id).filter((id) => (state.readers.get(id)?.confirmed.size ?? 0) === 0);
  const random = createRandom(options.seed);
  const separations = plan.arms.map(({ id }) => {
    const auc = options.aucs?.[id] ?? 0.85;
    if (!(auc > 0 && auc < 1)) throw new CovidCtError('BAD_INPUT', `An AUC of ${auc} cannot be simulated.`, { hint: 'Name one between 0 and 1, such as 0.85.' });
    return separationOf(normalQuantile(auc), variances);
  });
  const draw = (name: string, variance: number): number => Math.sqrt(variance) * random.fork(name).normal();
  for (const reader of readers) {
    readingsOf(study, reader);
    await study.log.append((records) => ({ result: undefined, add: stateOf(records).readers.get(reader)?.simulated === true ? [] : [{ kind: 'simulated', body: { reader, seed: options.seed }, at: options.start }] }));
    const send = options.send ?? ((who, id, answer, at) => confirmReading(study, who, id, answer, at));
    await readAs(study, reader, { send, separations, draw, random: random.fork(`times ${reader}`), start: options.start, cases: key.cases });
  }
  return readers;
}

interface Simulation {
  readonly send: NonNullable<SimulationOptions['send']>;
  readonly separations: readonly number[];
  readonly draw: (name: string, variance: number) => number;
  readonly random: Random;
  readonly start: Date;
  readonly cases: Study['key']['cases'];
}

async function readAs(study: Study, reader: string, { send, separations, draw, random, start, cases }: Simulation): Promise<void> {
  const { plan } = study;
  const { lowest, highest } = ratingRange(plan);
  let clock = start.getTime();
  let session = 0;
  const done = stateOf(await study.log.read()).readers.get(reader)?.confirmed ?? new Map<number, unknown>();
  for (const { position, session: own, caseIndex, arm } of readingsOf(study, reader)) {
    if (done.has(position)) continue;
    if (own !== session) {
      clock += plan.design.washOutDays * 86_400_000 + 1000;
      session = own;
    }
    const one = cases[caseIndex];
    if (one === undefined) continue;
    const separation = separations[arm] ?? 0;
    const truth = one.positive ? 'positive' : 'negative';
    const latent =
      (one.positive ? separation : 0) +
      draw(`reader ${reader} ${truth}`, variances.varianceReader) +
      draw(`arm reader ${arm} ${reader} ${truth}`, variances.varianceArmReader) +
      draw(`case ${caseIndex}`, variances.varianceCase) +
      draw(`arm case ${arm} ${caseIndex}`, variances.varianceArmCase) +
      draw(`reader case ${reader} ${caseIndex}`, variances.varianceReaderCase) +
      draw(`error ${arm} ${reader} ${caseIndex}`, variances.varianceError);
    // Quick after some cases, slower when tired; log-normal around some 20 seconds.
    const milliseconds = Math.round(20_000 * Math.exp(0.35 * random.normal()) * (1 + 0.8 * Math.exp(-position / 8)));
    clock += milliseconds + 1500;
    const [place] = one.places;
    const marks = plan.marks === 0 || latent < separation / 2 ? [] : [place === undefined || random.uniform() > 0.7 ? { x: random.uniform(), y: random.uniform(), slice: 0 } : { x: place.x, y: place.y, slice: 0 }];
    const answer: Answer = {
      rating: onScale(latent, separation / 2, lowest, highest, plan.rating.kind === 'yes-no'),
      answers: Object.fromEntries(plan.questions.map(({ id, options }) => [id, random.pick(options)])),
      marks,
      milliseconds,
    };
    await send(reader, readingId(study, reader, position), answer, new Date(clock));
  }
}
