import { barChart, forestPlot, html, lineChart, renderPage, renderTable, type ChartSeries, type Html, type HtmlPart, type ReportSection } from '../../report/index.ts';
import type { Interval, RocPoint } from '../../statistics/index.ts';
import type { ReadingsDocument } from '../analysis/document.ts';
import type { StudyAnalysis } from '../analysis/analyse.ts';
import { ratingRange } from '../plan/read.ts';
import { planSection } from './plan-section.ts';
import { verdictLines } from './verdict.ts';

const styles = [1, 2, 3, 4, 5] as const;
const styleOf = (i: number): ChartSeries['style'] => styles[i % styles.length] ?? 5;
const unit = { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] } as const;

const text = (interval: Interval | undefined): string => (interval === undefined ? '–' : `${interval.estimate.toFixed(3)} (${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`);
const points = (curve: readonly RocPoint[]) => curve.map(({ falsePositiveRate, truePositiveRate }): [number, number] => [falsePositiveRate, truePositiveRate]);

function rocChart(title: string, curves: readonly { readonly label: string; readonly curve: readonly RocPoint[] }[]): Html {
  return lineChart(curves.map(({ label, curve }, i) => ({ label, points: points(curve), shape: 'line', style: styleOf(i) })), { title, x: { label: '1 − specificity', ...unit }, y: { label: 'sensitivity', ...unit } });
}

function mainSection(document: ReadingsDocument, analysis: StudyAnalysis): ReportSection {
  const auc = analysis.figures[0]?.analyses[0];
  const arms = auc?.arms ?? [];
  return {
    id: 'result',
    title: 'Result',
    body: html`${verdictLines(document, analysis).map((line) => html`<p>${line}</p>`)}
${arms.length === 0 ? null : forestPlot(arms.map((arm) => ({ label: document.plan.arms.find(({ id }) => id === arm.arm)?.title ?? arm.arm, value: arm.estimate, ...arm.logit })), { title: 'Mean AUC of the readers in each arm', domain: [0.4, 1], reference: 0.5, ticks: [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] })}
${analysis.comparisons.length === 0 ? null : html`<h3>Against ${analysis.reference}</h3>${forestPlot(analysis.comparisons.map(({ arm, difference }) => ({ label: arm, value: difference.estimate, low: difference.low, high: difference.high })), { title: 'Difference in AUC from the reference', domain: [-0.3, 0.3], reference: 0, ticks: [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3] })}`}`,
  };
}

const inferenceNames = { random: 'readers and cases random', 'fixed-readers': 'these readers, cases random', 'fixed-cases': 'readers random, these cases' } as const;

function multiReaderSection(analysis: StudyAnalysis): ReportSection {
  const body = analysis.figures.map(({ name, analyses }) => {
    const rows = analyses.flatMap((one) => one.differences.map((difference) => [inferenceNames[one.inference], `${difference.first} − ${difference.second}`, difference.estimate, `${difference.low.toFixed(3)} to ${difference.high.toFixed(3)}`, Number.isFinite(difference.degrees) ? difference.degrees.toFixed(1) : '∞', difference.p < 0.0005 ? '< 0.001' : difference.p.toFixed(3)]));
    const terms = analyses[0]?.terms;
    const test = analyses[0]?.test;
    return html`<h3>${name === 'auc' ? 'AUC' : name === 'sensitivity' ? 'Sensitivity' : 'Specificity'}</h3>${renderTable({
      title: `Differences between arms: ${name}`,
      columns: ['what it holds for', 'arms', 'difference', '95 % interval', 'degrees of freedom', 'p'],
      rows,
      note: test === undefined || terms === undefined ? undefined : `All arms alike: ${Number.isFinite(test.denominator) ? `F(${test.numerator}, ${test.denominator.toFixed(2)})` : `χ²(${test.numerator})`} = ${test.statistic.toFixed(3)}, p = ${test.p.toFixed(4)}. Variance over cases ${terms.error.toExponential(3)}, covariances ${terms.cov1.toExponential(3)} (same reader), ${terms.cov2.toExponential(3)} (same arm), ${terms.cov3.toExponential(3)} (neither); reader ${terms.reader.toExponential(3)}, arm × reader ${terms.armReader.toExponential(3)}.`,
    })}`;
  });
  const bounded = analysis.figures.flatMap(({ name, analyses }) => (analyses[0] !== undefined && analyses[0].test.denominator < analyses[0].test.hillis ? [`${name} (${analyses[0].test.denominator.toFixed(1)} instead of ${analyses[0].test.hillis.toFixed(1)})`] : []));
  return { id: 'multi-reader', title: 'All readers, arms and cases', body: html`${body.length === 0 ? html`<p>There are too few readings to compare arms.</p>` : body}<p class="quiet">Obuchowski–Rockette analysis with jackknife covariances and Hillis’s degrees of freedom${bounded.length === 0 ? '' : `, which were bounded for ${bounded.join(' and ')}: readers varied by less than the cases alone account for, and Hillis’s own formula would give more (docs/STUDY.md)`}. Intervals of an arm’s own AUC are on the logit scale. The first line of each pair of arms is what the plan asks for.</p>` };
}

function readersSection(document: ReadingsDocument, analysis: StudyAnalysis): ReportSection {
  const simulated = new Set(document.readers.filter((one) => one.simulated).map(({ reader }) => reader));
  const all = [...analysis.pooled, ...analysis.readers];
  const rows = all.map((one) => [`${one.reader}${simulated.has(one.reader) ? ' (simulated)' : ''}`, one.arm, one.readings, text(one.auc), text(one.sensitivity), text(one.specificity), one.medianSeconds === undefined ? null : one.medianSeconds.toFixed(1)]);
  const { positiveFrom } = ratingRange(document.plan);
  return {
    id: 'readers',
    title: 'Readers',
    body: html`<h3>All readers pooled</h3>${rocChart('Pooled ROC curves by arm', analysis.pooled.map(({ arm, curve }) => ({ label: arm, curve })))}
<h3>Each reader</h3><div class="charts">${document.plan.arms.map(({ id }) => html`<figure>${rocChart(`ROC curves of the readers in ${id}`, analysis.readers.filter(({ arm }) => arm === id).map(({ reader, curve }) => ({ label: reader, curve })))}<figcaption>${id}</figcaption></figure>`)}</div>
${renderTable({ title: 'Figures of each reader', columns: ['reader', 'arm', 'readings', 'AUC (DeLong)', 'sensitivity (Wilson)', 'specificity (Wilson)', 'median seconds'], rows, note: `Sensitivity and specificity: ratings of ${positiveFrom} or more count as positive.` })}`,
  };
}

function modelsSection(analysis: StudyAnalysis): ReportSection[] {
  if (analysis.models.length === 0) return [];
  const both = [...analysis.pooled.map((one) => ({ label: `readers, ${one.arm}`, curve: one.curve })), ...analysis.models.map((one) => ({ label: one.reader, curve: one.curve }))];
  return [{
    id: 'models',
    title: 'Readers and models on the same cases',
    body: html`${rocChart('ROC curves of readers and models', both)}${renderTable({ title: 'Models on the cases of this study', columns: ['model', 'cases', 'AUC (DeLong)'], rows: analysis.models.map((one) => [one.reader, one.readings, text(one.auc)]), note: 'Models saw the pictures as published, whatever the arm. Their intervals are over cases alone.' })}`,
  }];
}

function agreementSection(analysis: StudyAnalysis): ReportSection {
  const cell = (value: number | undefined): number | null => value ?? null;
  return {
    id: 'agreement',
    title: 'Agreement',
    body: renderTable({ title: 'Agreement between readers', columns: ['arm', 'cases read by all', 'readers', 'Fleiss’s κ', 'weighted κ', 'ICC agreement', 'ICC consistency'], rows: analysis.agreement.map((one) => [one.arm, one.cases, one.readers, cell(one.fleiss), cell(one.weighted), cell(one.agreement), cell(one.consistency)]), note: 'Fleiss’s κ of positive calls; quadratically weighted κ, the mean over pairs of readers; ICC(2,1) and ICC(3,1) of the ratings.' }),
  };
}

function localisationSection(analysis: StudyAnalysis): ReportSection[] {
  const rows = analysis.readers.flatMap(({ reader, arm, localisation }) => (localisation === undefined ? [] : [[reader, arm, `${localisation.hits} of ${localisation.places}`, localisation.falseMarksPerCase, localisation.lrocAuc ?? null]]));
  return rows.length === 0 ? [] : [{ id: 'localisation', title: 'Localisation', body: renderTable({ title: 'Marks against the places of findings', columns: ['reader', 'arm', 'places hit', 'false marks a case', 'area under the LROC curve'], rows }) }];
}

function learningSection({ learning }: StudyAnalysis): ReportSection {
  const most = Math.max(1, ...learning.tenths.map(({ medianSeconds }) => medianSeconds));
  const top = Math.ceil(most / 10) * 10;
  return {
    id: 'learning',
    title: 'Learning and fatigue',
    body: html`${lineChart([{ label: 'median seconds a case', points: learning.tenths.map(({ from, medianSeconds }) => [from + 0.05, medianSeconds]), shape: 'dots', style: 1 }], { title: 'Time a case over a session', x: { label: 'part of a session', ...unit }, y: { label: 'seconds', domain: [0, top], ticks: [0, top / 2, top] } })}
${lineChart([{ label: 'share of right calls', points: learning.tenths.map(({ from, correct }) => [from + 0.05, correct]), shape: 'dots', style: 2 }], { title: 'Right calls over a session', x: { label: 'part of a session', ...unit }, y: { label: 'right calls', ...unit } })}
${renderTable({ title: 'Sessions', columns: ['session', 'readings', 'pooled AUC', 'median seconds'], rows: learning.sessions.map(({ session, readings, auc, medianSeconds }) => [session, readings, auc ?? null, medianSeconds.toFixed(1)]), note: learning.timeTrend === undefined ? undefined : `Time and place in the session correlate by ${learning.timeTrend.toFixed(2)} (Spearman, mean over readers): below 0 readers get faster.` })}`,
  };
}

function deviationsSection(analysis: StudyAnalysis): ReportSection {
  return { id: 'deviations', title: 'Deviations from the plan', body: analysis.deviations.length === 0 ? html`<p>None was found.</p>` : html`<ul>${analysis.deviations.map((line) => html`<li>${line}</li>`)}</ul>` };
}

/** Said at the top of every page and report of a study. */
export function studyBanners({ simulated, synthetic }: { readonly simulated: boolean; readonly synthetic: boolean }): readonly HtmlPart[] {
  return [
    ...(simulated ? ['Simulated readers: their ratings were drawn by a program. They prove the software, not the claim.'] : []),
    ...(synthetic ? ['Synthetic cases, drawn by covid-ct: they show no one.'] : []),
    'For research, never for diagnosis.',
  ];
}

/** The report of a study: one HTML page with everything in it. */
export function renderStudy(document: ReadingsDocument, analysis: StudyAnalysis, about: { readonly version: string }): string {
  return renderPage({
    title: document.plan.title,
    subtitle: `${document.plan.question} ${analysis.cases.positives + analysis.cases.negatives} cases (${analysis.cases.positives} positive), ${document.plan.arms.length} arms, ${document.plan.readers.length} readers. Plan ${document.planHash.slice(0, 16)}…`,
    banners: studyBanners(analysis),
    sections: [
      mainSection(document, analysis),
      multiReaderSection(analysis),
      readersSection(document, analysis),
      ...modelsSection(analysis),
      agreementSection(analysis),
      ...localisationSection(analysis),
      learningSection(analysis),
      deviationsSection(analysis),
      { id: 'times', title: 'Readings', body: barChart(document.readers.map(({ reader, simulated }) => ({ label: `${reader}${simulated ? ' (simulated)' : ''}`, value: document.readings.filter((one) => one.reader === reader).length })), { title: 'Readings of each reader' }) },
      planSection(document),
    ],
    footer: `covid-ct ${about.version}. Plan ${document.planHash}. Last record ${document.head}. ${document.locked === null ? 'Not locked.' : `Locked on ${document.locked}.`}`,
  });
}
