import { setTimeout } from 'node:timers/promises';
import { aucDelong, type Interval } from '../../src/statistics/index.ts';
import type { Study } from '../../src/study/index.ts';
import { readingClient } from './reading-client.ts';

/** What an eavesdropper sees of one case, without opening anything: sizes and times of what was answered. */
interface Seen {
  readonly positive: boolean;
  readonly features: readonly number[];
}

const featureNames = ['bytes of the view', 'bytes of the picture', 'bytes of headers', 'milliseconds to the picture', 'milliseconds to the picture, again', 'milliseconds to the view', 'milliseconds to the receipt'] as const;

/** Reads the whole study as one reader, and keeps sizes and times of every answer. */
async function readAsEavesdropper(study: Study, address: string, reader: number): Promise<Seen[]> {
  const planned = study.key.readers[reader];
  const client = readingClient(address, study.plan.id, planned?.token ?? '');
  const timed = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
    const begun = performance.now();
    return [await work(), performance.now() - begun];
  };
  await client.declare();
  const seen: Seen[] = [];
  for (;;) {
    const [{ reading }, toView] = await timed(client.view);
    const view = client.heard.at(-1);
    if (reading === undefined) return seen;
    const [frame, toFrame] = await timed(() => client.frame(reading.id, 0));
    const [, again] = await timed(() => client.frame(reading.id, 0));
    const [, toReceipt] = await timed(() => client.confirm(reading.id, { rating: study.plan.rating.kind === 'percent' ? 50 : 3, answers: Object.fromEntries(study.plan.questions.map(({ id, options }) => [id, options[0] ?? ''])), marks: [], milliseconds: 10 }));
    const own = study.key.allocation[reader]?.[reading.number - 1];
    const caseOf = study.key.cases[own?.caseIndex ?? -1];
    if (caseOf === undefined) throw new Error(`reading ${reading.number} is of no case`);
    seen.push({ positive: caseOf.positive, features: [view?.body.length ?? 0, frame.body.length, JSON.stringify(frame.headers).length, toFrame, again, toView, toReceipt] });
    await setTimeout(0);
  }
}

/** How well labels are told by what was seen: an AUC of 0.5 is nothing. */
export interface Leak {
  readonly what: string;
  readonly auc: Interval;
}

/**
 * Tries to tell labels from sizes and times of every answer: each alone, and all together by a rule (difference of means over the standard deviation)
 * that is learnt from one reader's answers and tried on another's.
 * @param confidence of the intervals (DeLong)
 */
export async function responseLeak(study: Study, address: string, confidence: number): Promise<readonly Leak[]> {
  const learnt = await readAsEavesdropper(study, address, 0);
  const tried = await readAsEavesdropper(study, address, 1);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const weights = featureNames.map((_, f) => {
    const of = (positive: boolean): number[] => learnt.filter((one) => one.positive === positive).map(({ features }) => features[f] ?? 0);
    const all = learnt.map(({ features }) => features[f] ?? 0);
    const deviation = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)));
    return deviation === 0 ? 0 : (mean(of(true)) - mean(of(false))) / deviation ** 2;
  });
  const auc = (score: (one: Seen) => number): Interval => aucDelong(tried.map((one) => ({ positive: one.positive, score: score(one) })), confidence);
  return [
    ...featureNames.map((what, f): Leak => ({ what, auc: auc(({ features }) => features[f] ?? 0) })),
    { what: 'all together', auc: auc(({ features }) => features.reduce((sum, value, f) => sum + value * (weights[f] ?? 0), 0)) },
  ];
}
