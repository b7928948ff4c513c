import { meaningfulAuc } from '../../audit/index.ts';
import { createRandom } from '../../base/index.ts';
import { forestPlot, html, renderTable, type ReportSection } from '../../report/index.ts';
import type { Release } from '../../release/index.ts';
import { clusterBootstrap, hasBothClasses, rocAuc } from '../../statistics/index.ts';
import { bootstrapDraws, bootstrapSeed, figureText, imageCases, intervalOf, type Figure, type JudgedCase } from '../evaluation/index.ts';
import type { Prediction } from '../predictions/index.ts';

/** What a control reaches, and whether that shows a shortcut. */
export interface JudgedControl {
  readonly name: string;
  readonly title: string;
  /** 95 % interval by draws of patients. */
  readonly auc: Figure;
  /** The interval's lower end is above 0.55, as in the audit: the label can be told without looking at a lung. */
  readonly flagged: boolean;
}

/** A control's scores of the images that it is judged on. */
export interface ScoredControl {
  readonly name: string;
  /** One line: what it sees. */
  readonly title: string;
  readonly predictions: readonly Prediction[];
}

/** The AUC over images with its interval, of the same draws of patients as `covid-ct evaluate` makes. */
export function imagesAuc(predictions: readonly Prediction[], labels: readonly string[], positive: string, draws = bootstrapDraws): Figure {
  const cases = imageCases(predictions, labels, positive);
  const figures = (drawn: readonly JudgedCase[]) => ({ auc: hasBothClasses(drawn) ? rocAuc(drawn) : undefined });
  return intervalOf('auc', figures(cases).auc, clusterBootstrap(cases, figures, { random: createRandom(bootstrapSeed).fork('images'), draws }).auc, cases);
}

/** Judges controls on the images that they scored. */
export function judgeControls(scores: readonly ScoredControl[], labels: readonly string[], draws?: number): JudgedControl[] {
  return scores.map(({ name, title, predictions }) => {
    const auc = imagesAuc(predictions, labels, labels[0] ?? '', draws);
    return { name, title, auc, flagged: (auc.low ?? 0) > meaningfulAuc };
  });
}

/** The control with the highest AUC. */
export function bestControl(judged: readonly JudgedControl[]): JudgedControl | undefined {
  return judged.toSorted((a, b) => (b.auc.value ?? 0) - (a.auc.value ?? 0))[0];
}

/** Whether a model's interval reaches down to that of a control: it may have learned no more. */
export function reachesDownTo(model: Figure, control: Figure): boolean {
  return (model.low ?? model.value ?? 0) <= (control.high ?? control.value ?? 1);
}

/** The sentence that a report opens with. */
export function shortcutSentence(judged: readonly JudgedControl[]): string {
  const flagged = judged.filter((one) => one.flagged).map(({ name }) => name);
  const clear = judged.length - flagged.length;
  if (flagged.length === 0) return `None of ${judged.length} controls tells the label without looking at a lung (no interval of an AUC lies above ${meaningfulAuc}).`;
  return `The label can be told without looking at a lung, by ${flagged.join(', ')} (the AUC's interval lies above ${meaningfulAuc}; ${clear} of ${judged.length} controls cannot). A model may have learned that.`;
}

/** A report's part on shortcuts: what each control sees and reaches, beside the model where there is one. */
export function controlSection(judged: readonly JudgedControl[], { labels, synthetic }: Pick<Release, 'labels' | 'synthetic'>, model?: { readonly name: string; readonly auc: Figure }): ReportSection {
  const best = bestControl(judged);
  const rows = [...(model === undefined ? [] : [{ label: 'this model', ...model.auc }]), ...judged.map(({ name, auc }) => ({ label: `◇ ${name}`, ...auc }))].flatMap(({ label, value, low, high }) => (value === null ? [] : [{ label, value, low, high }]));
  const floor = Math.max(0, Math.floor(Math.min(0.5, ...rows.map(({ value, low }) => low ?? value)) * 10) / 10);
  const overlap = model === undefined || best === undefined
    ? null
    : reachesDownTo(model.auc, best.auc)
      ? html`<p><span class="tag warning">≈ control</span> The model’s AUC, ${figureText(model.auc)}, reaches down to that of the best control, ${best.name}, ${figureText(best.auc)}: it may have learned no more than that.</p>`
      : html`<p>The model’s AUC, ${figureText(model.auc)}, lies above that of the best control, ${best.name}, ${figureText(best.auc)}.</p>`;
  return {
    id: 'controls',
    title: 'What can be told without looking at a lung',
    short: 'Controls',
    body: [
      html`<p>${shortcutSentence(judged)}</p>`,
      overlap,
      forestPlot(rows, { title: 'ROC AUC of the controls', domain: [floor, 1], reference: 0.5, ticks: [floor, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((tick, i, all) => all.indexOf(tick) === i) }),
      renderTable({
        title: 'Controls on the test images',
        note: `ROC AUC, ${labels[0] ?? ''} positive, with 95 % intervals by draws of patients.${synthetic ? ' Synthetic data.' : ''}`,
        columns: ['', 'control', 'sees', 'ROC AUC'],
        rows: judged.map(({ name, title, auc, flagged }) => [flagged ? html`<span class="tag warning">shortcut</span>` : html``, html`${name}`, html`${title}`, html`<span class="whole">${figureText(auc)}</span>`]),
      }),
    ],
  };
}
