import { html, renderTable, type ReportSection } from '../../report/index.ts';
import type { ReadingsDocument } from '../analysis/document.ts';
import type { PlanArm, StudyPlan } from '../plan/schema.ts';

/** An arm in words. */
export function describeArm(arm: PlanArm): string {
  const window = arm.window === undefined ? 'lung' : typeof arm.window === 'string' ? arm.window : `${arm.window.level}/${arm.window.width}`;
  const shown = arm.view === 'picture' ? 'the picture as published' : `${arm.view === 'series' ? 'all slices' : 'one slice'}, ${arm.hounsfield ? 'Hounsfield units, window free' : `${window} window in 8 bits`}`;
  const paper = arm.paper === undefined ? [] : [...(arm.paper.side === undefined ? [] : [`scaled to ${arm.paper.side} pixels`]), ...(arm.paper.quality === undefined ? [] : [`JPEG quality ${arm.paper.quality}`]), ...(arm.paper.photo === undefined ? [] : [`simulated photo of a screen, ${Math.round(100 * arm.paper.photo)} %`])];
  return [shown, ...paper, ...arm.steps.map(({ degradation, strength }) => `${degradation} at ${strength}`)].join('; ');
}

/** The rating scale in words. */
export function describeRating({ rating }: StudyPlan): string {
  if (rating.kind === 'percent') return '0 to 100';
  return rating.kind === 'scale' ? `${rating.lowest} to ${rating.highest}` : `yes or no, with confidence of 1 to ${rating.levels}`;
}

/** The plan in a report. */
export function planSection(document: ReadingsDocument): ReportSection {
  const { plan } = document;
  const margins = [
    ...(plan.analysis.nonInferiorityMargin === undefined ? [] : [`non-inferiority ${plan.analysis.nonInferiorityMargin}`]),
    ...(plan.analysis.equivalenceMargin === undefined ? [] : [`equivalence ${plan.analysis.equivalenceMargin}`]),
  ];
  const rows: [string, string][] = [
    ['Question', plan.question],
    ['Cases', `${document.cases.length}, from ${document.origin}; seed ${plan.seed}`],
    ['Design', `${plan.design.kind}, wash-out ${plan.design.washOutDays} days${plan.design.kind === 'split-plot' ? `, ${plan.design.groups} groups` : ''}`],
    ['Rating', `${describeRating(plan)}; ${plan.back ? 'answers may be revised' : 'no way back after confirming'}`],
    ['Inference', `${plan.analysis.inference}, confidence ${plan.analysis.confidence}`],
    ['Margins in AUC, set beforehand', margins.join(', ') || 'none'],
    ['Plan (SHA-256)', document.planHash],
  ];
  return {
    id: 'plan',
    title: 'The plan',
    body: html`${renderTable({ title: 'What was planned', columns: ['', ''], rows })}${renderTable({ title: 'Arms', columns: ['arm', 'title', 'what is shown'], rows: plan.arms.map((arm) => [arm.id, arm.title ?? '', describeArm(arm)]) })}${renderTable({ title: 'Readers', columns: ['reader', 'experience', 'simulated', 'pauses', 'screen'], rows: document.readers.map((one, i) => [one.reader, plan.readers[i]?.experience ?? '', one.simulated ? 'yes' : 'no', one.pauses, one.screen]) })}`,
  };
}
