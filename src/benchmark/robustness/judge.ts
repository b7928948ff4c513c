import { createRandom } from '../../base/index.ts';
import type { Degradation } from '../../imaging/index.ts';
import { clusterDraws, percentileInterval, weightedAuc } from '../../statistics/index.ts';
import { bootstrapDraws, bootstrapSeed, imageCases, intervalOf, type Figure, type JudgedCase } from '../evaluation/index.ts';
import { keyOf } from './conditions.ts';
import type { ConditionScores } from './scores.ts';

/** What a condition does to a model, paired with the clean images: every figure's interval is of the same draws of patients. */
export interface ConditionFigures {
  readonly degradation: string;
  readonly strength: number;
  /** In the degradation's own terms: `quality 40`. */
  readonly setting: string;
  readonly auc: Figure;
  /** Degraded minus clean. */
  readonly aucChange: Figure;
  /** Mean score of the label's images, and what it changes by, degraded minus clean. */
  readonly scores: Readonly<Record<string, { readonly mean: Figure; readonly change: Figure }>>;
  /** Images that are called otherwise than when clean, at the same threshold. */
  readonly callsChanged: number;
}

/** A model under every condition. */
export interface Robustness {
  readonly positive: string;
  readonly n: number;
  readonly positives: number;
  readonly threshold: number;
  /** At no degradation. */
  readonly clean: Pick<ConditionFigures, 'auc' | 'scores'>;
  /** By degradation and rising strength; the first of each is strength 0, the clean images themselves. */
  readonly conditions: readonly ConditionFigures[];
  readonly unread: ConditionScores['unread'];
  readonly bootstrap: { readonly draws: number; readonly seed: number };
}

/** The figures of one set of scores, in a draw. */
interface Drawn {
  readonly auc: number | undefined;
  /** By label. */
  readonly means: readonly (number | undefined)[];
}

/** Figures of scores under a draw's weights. */
function figuresOf(cases: readonly JudgedCase[], labels: readonly string[]): (times: ArrayLike<number>) => Drawn {
  const auc = weightedAuc(cases);
  const isOf = cases.map(({ entries }) => labels.indexOf(entries[0]?.label ?? ''));
  return (times) => {
    const sums = labels.map(() => 0);
    const counts = labels.map(() => 0);
    cases.forEach(({ score }, i) => {
      const at = isOf[i] ?? -1;
      sums[at] = (sums[at] ?? 0) + (times[i] as number) * score;
      counts[at] = (counts[at] ?? 0) + (times[i] as number);
    });
    return { auc: auc(times), means: sums.map((sum, at) => ((counts[at] ?? 0) > 0 ? sum / (counts[at] ?? 1) : undefined)) };
  };
}

const minus = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a - b);

/**
 * Judges what degradations do to a model's scores.
 * @param threshold a probability of the positive label
 */
export function judgeRobustness(
  scores: ConditionScores,
  degradations: readonly Degradation[],
  labels: readonly string[],
  positive: string,
  threshold: number,
  draws = bootstrapDraws,
): Robustness {
  const casesOf = (values: readonly number[]) => imageCases(scores.images.map((entry, i) => ({ entry, score: values[i] ?? Number.NaN })), labels, positive);
  const clean = casesOf(scores.clean);
  const points = degradations.flatMap((degradation) => degradation.strengths.map((strength) => {
    const cases = strength === 0 ? clean : casesOf(scores.degraded.get(keyOf({ degradation, strength })) ?? []);
    return { degradation, strength, cases, figures: figuresOf(cases, labels) };
  }));
  const cleanFigures = figuresOf(clean, labels);
  const once = clean.map(() => 1);
  const whole = [cleanFigures(once), ...points.map(({ figures }) => figures(once))];
  // A row a draw: of the clean images first, then of each point.
  const drawn: Drawn[][] = [];
  for (const times of clusterDraws(clean, { random: createRandom(bootstrapSeed).fork('images'), draws })) drawn.push([cleanFigures(times), ...points.map(({ figures }) => figures(times))]);

  const figure = (of: (row: readonly Drawn[]) => number | undefined): Figure => {
    const value = of(whole);
    const values = drawn.flatMap((row) => of(row) ?? []);
    return intervalOf('difference', value, value === undefined || values.length < Math.max(2, draws / 2) ? undefined : percentileInterval(value, values), clean);
  };
  const at = (point: number) => ({
    auc: figure((row) => row[point]?.auc),
    scores: Object.fromEntries(labels.map((label, k) => [label, {
      mean: figure((row) => row[point]?.means[k]),
      change: figure((row) => minus(row[point]?.means[k], row[0]?.means[k])),
    }])),
  });
  return {
    positive,
    n: clean.length,
    positives: clean.filter((one) => one.positive).length,
    threshold,
    clean: at(0),
    conditions: points.map(({ degradation, strength, cases }, i) => ({
      degradation: degradation.name,
      strength,
      setting: degradation.setting(strength),
      ...at(i + 1),
      aucChange: figure((row) => minus(row[i + 1]?.auc, row[0]?.auc)),
      callsChanged: cases.filter(({ score }, k) => score >= threshold !== (clean[k]?.score ?? 0) >= threshold).length,
    })),
    unread: scores.unread,
    bootstrap: { draws, seed: bootstrapSeed },
  };
}
