import { meaningfulAuc } from '../../audit/index.ts';
import { renderTable, type ReportSection } from '../../report/index.ts';
import type { Release } from '../../release/index.ts';
import { evaluate, figureText, type Figure } from '../evaluation/index.ts';
import type { ControlScores } from './feature-controls.ts';

/** What a control reaches, and whether that shows a shortcut. */
export interface JudgedControl {
  readonly name: string;
  readonly title: string;
  /** 95 % interval by draws of patients. */
  readonly auc: Figure;
  /** The interval's lower end is above 0.55, as in the audit: the label can be told without looking at a lung. */
  readonly flagged: boolean;
}

/** Judges controls on the images that they scored. */
export function judgeControls(scores: readonly ControlScores[], labels: readonly string[], draws?: number): JudgedControl[] {
  return scores.map(({ name, title, predictions }) => {
    const { auc } = evaluate({ predictions, labels, positive: labels[0] ?? '', ...(draws === undefined ? {} : { draws }) }).images.metrics;
    return { name, title, auc, flagged: (auc.low ?? 0) > meaningfulAuc };
  });
}

/** The sentence that a report opens with. */
export function shortcutSentence(judged: readonly JudgedControl[]): string {
  const flagged = judged.filter((one) => one.flagged).map(({ name }) => name);
  const clear = judged.length - flagged.length;
  if (flagged.length === 0) return `None of ${judged.length} controls tells the label without looking at a lung (no interval of an AUC lies above ${meaningfulAuc}).`;
  return `The label can be told without looking at a lung, by ${flagged.join(', ')} (the AUC's interval lies above ${meaningfulAuc}; ${clear} of ${judged.length} controls cannot). A model may have learned that.`;
}

/** A report's part on shortcuts: what each control sees and reaches. */
export function controlSection(judged: readonly JudgedControl[], { labels, synthetic }: Pick<Release, 'labels' | 'synthetic'>): ReportSection {
  return {
    id: 'controls',
    title: 'What can be told without looking at a lung',
    body: [
      shortcutSentence(judged),
      renderTable({
        title: 'Controls on the test images',
        note: `ROC AUC, ${labels[0] ?? ''} positive, with 95 % intervals by draws of patients.${synthetic ? ' Synthetic data.' : ''}`,
        columns: ['', 'control', 'sees', 'ROC AUC'],
        rows: judged.map(({ name, title, auc, flagged }) => [flagged ? 'shortcut' : '', name, title, figureText(auc)]),
      }),
    ],
  };
}
