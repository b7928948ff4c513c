import { mean, midranks, rocAuc, hasBothClasses } from '../../statistics/index.ts';
import type { ReadingsDocument } from './document.ts';

/** Readings by their place in a session: whether readers learn or tire. */
export interface Learning {
  /** Tenths of a session, in order. */
  readonly tenths: readonly { readonly from: number; readonly readings: number; readonly medianSeconds: number; readonly correct: number }[];
  /** By session: pooled AUC and median time. */
  readonly sessions: readonly { readonly session: number; readonly readings: number; readonly auc: number | undefined; readonly medianSeconds: number }[];
  /** Spearman's correlation of time with the place in the session, the mean over readers; below 0 they get faster. */
  readonly timeTrend: number | undefined;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function spearman(a: readonly number[], b: readonly number[]): number | undefined {
  const [x, y] = [midranks(a), midranks(b)];
  const mean = (x.length + 1) / 2;
  const sum = (f: (i: number) => number): number => x.reduce((total, _, i) => total + f(i), 0);
  const spread = Math.sqrt(sum((i) => ((x[i] ?? 0) - mean) ** 2) * sum((i) => ((y[i] ?? 0) - mean) ** 2));
  return spread === 0 ? undefined : sum((i) => ((x[i] ?? 0) - mean) * ((y[i] ?? 0) - mean)) / spread;
}

/** Looks for learning and fatigue: times and correct calls over the sessions. */
export function learningOf(document: ReadingsDocument, positiveFrom: number): Learning {
  const truth = new Map(document.cases.map((one) => [one.case, one.positive]));
  const sizes = new Map<string, number>();
  const placed = document.readings
    .toSorted((a, b) => (a.reader === b.reader ? a.position - b.position : a.reader < b.reader ? -1 : 1))
    .map((reading) => {
      const key = `${reading.reader} ${reading.session}`;
      const place = sizes.get(key) ?? 0;
      sizes.set(key, place + 1);
      return { ...reading, key, place, positive: truth.get(reading.case) === true };
    });
  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    const own = placed.filter(({ key, place }) => Math.min(9, Math.floor((10 * place) / (sizes.get(key) ?? 1))) === tenth);
    return { from: tenth / 10, readings: own.length, medianSeconds: median(own.map(({ milliseconds }) => milliseconds / 1000)), correct: own.filter(({ positive, rating }) => positive === rating >= positiveFrom).length / Math.max(1, own.length) };
  }).filter(({ readings }) => readings > 0);
  const sessions = [...new Set(placed.map(({ session }) => session))].toSorted((a, b) => a - b).map((session) => {
    const own = placed.filter((reading) => reading.session === session);
    const scored = own.map(({ positive, rating }) => ({ positive, score: rating }));
    return { session, readings: own.length, auc: hasBothClasses(scored) ? rocAuc(scored) : undefined, medianSeconds: median(own.map(({ milliseconds }) => milliseconds / 1000)) };
  });
  const trends = document.plan.readers.flatMap(({ id }) => {
    const own = placed.filter(({ reader }) => reader === id);
    return own.length < 3 ? [] : (spearman(own.map(({ place }) => place), own.map(({ milliseconds }) => milliseconds)) ?? []);
  });
  return { tenths, sessions, timeTrend: trends.length === 0 ? undefined : mean(trends) };
}
