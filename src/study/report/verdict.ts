import type { StudyAnalysis } from '../analysis/analyse.ts';
import type { ReadingsDocument } from '../analysis/document.ts';

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const pOf = (p: number): string => (p < 0.0005 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** The result in sentences: each arm against the reference, with what the plan set beforehand. */
export function verdictLines(document: ReadingsDocument, analysis: StudyAnalysis): readonly string[] {
  const confidence = Math.round(100 * document.plan.analysis.confidence);
  const lines = analysis.comparisons.flatMap(({ arm, difference, nonInferiority, equivalence }) => [
    `${arm} against ${analysis.reference}: AUC ${signed(difference.estimate)} (${confidence} % interval ${signed(difference.low)} to ${signed(difference.high)}), ${pOf(difference.p)}.`,
    ...(nonInferiority === undefined ? [] : [`Non-inferiority by a margin of ${nonInferiority.margin}: ${nonInferiority.shown ? 'shown' : 'not shown'} (lower bound ${signed(nonInferiority.low)}, one-sided ${pOf(nonInferiority.p)}).`]),
    ...(equivalence === undefined ? [] : [`Equivalence within ${equivalence.margin}: ${equivalence.shown ? 'shown' : 'not shown'} (${Math.round(100 * (1 - 2 * equivalence.alpha))} % interval ${signed(equivalence.low)} to ${signed(equivalence.high)}, ${pOf(equivalence.p)}).`]),
  ]);
  if (lines.length === 0) return ['The readings are too few to compare arms.'];
  return analysis.simulated ? ['The readers were simulated, so that none of this says anything of people.', ...lines] : lines;
}
