import { html, lineChart, renderPage, renderTable, type Html } from '../../report/index.ts';
import type { PowerPoint, PowerQuestion } from '../power.ts';

const styles = [1, 2, 3, 4, 5] as const;

/** Power against readers, a line a number of cases. */
export function powerChart(points: readonly PowerPoint[]): Html {
  const cases = [...new Set(points.map((point) => point.cases))];
  const readers = [...new Set(points.map((point) => point.readers))];
  const [least, most] = [Math.min(...readers), Math.max(...readers)];
  return lineChart(
    cases.map((count, i) => ({ label: `${count} cases`, points: points.filter((point) => point.cases === count).map((point) => [point.readers, point.power]), shape: 'line', style: styles[i % 5] ?? 5 })),
    { title: 'Power by readers and cases', x: { label: 'readers', domain: [Math.max(0, least - 1), most + 1], ticks: readers }, y: { label: 'power', domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] }, width: 420 },
  );
}

/** What is asked, in a sentence. */
export function describeQuestion({ auc, difference, goal, variance, simulations, seed }: PowerQuestion): string {
  const aim = goal.kind === 'difference' ? `to find a difference of ${difference} from an AUC of ${auc}` : `to show ${goal.kind} within ${goal.margin}, at an AUC of ${auc} and a true difference of ${difference}`;
  const from = typeof variance === 'string' ? `stated variances (row ${variance} of Roe and Metz)` : `variances of a pilot with ${variance.cases} cases`;
  return `Power ${aim}; readers and cases random, ${from}; ${simulations} simulated studies each, seed ${seed}.`;
}

/** The power of studies of several sizes as a page. */
export function renderPower(question: PowerQuestion, points: readonly PowerPoint[], about: { readonly version: string }): string {
  return renderPage({
    title: 'How many readers and cases',
    subtitle: describeQuestion(question),
    banners: ['Simulated: true variances may differ from these; pilot them.'],
    sections: [{ id: 'power', title: 'Power', body: html`${powerChart(points)}${renderTable({ title: 'Power by size', columns: ['readers', 'cases', 'power', 'standard error'], rows: points.map((point) => [point.readers, point.cases, point.power.toFixed(3), point.standardError.toFixed(3)]), note: 'Half of the cases are positive. The standard error is that of the simulation.' })}` }],
    footer: `covid-ct ${about.version}`,
  });
}
