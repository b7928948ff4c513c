import { html, lineChart, renderPage, renderTable, type Axis, type Html, type ReportSection } from '../../report/index.ts';
import { controlSection, trainedControlNames } from '../controls/index.ts';
import { benchmarkNotice, evaluationDocument, evaluationSections, figureText, reportBanners } from '../evaluation/index.ts';
import { gallerySection } from '../explain/index.ts';
import { fillChecklist, type AnsweredItem, type AuthorAnswers, type Checklist } from './checklist.ts';
import { claim } from './claim.ts';
import { partCounts, type MadeStudy, type RunFacts } from './facts.ts';
import { statementsOf, type StatementName } from './statements.ts';
import { tripodAi } from './tripod-ai.ts';

/** The checklists that every report fills. */
export const checklists: readonly Checklist[] = [claim, tripodAi];

type Statements = Readonly<Record<StatementName, string | undefined>>;

/** A round axis from 0 to above the largest of some values. */
function axisTo(label: string, values: readonly number[]): Axis {
  const most = Math.max(0.1, ...values.filter(Number.isFinite));
  const step = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((candidate) => most / candidate <= 6) ?? 100;
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => Number((i * step).toFixed(2)));
  return { label, domain: [0, ticks.at(-1) ?? 1], ticks };
}

function epochAxis(count: number): Axis {
  const step = [1, 2, 5, 10, 20, 50, 100].find((candidate) => count / candidate <= 10) ?? 1000;
  return { label: 'epoch', domain: [0, count], ticks: Array.from({ length: Math.floor(count / step) + 1 }, (_, i) => i * step) };
}

function trainingSection({ epochs, run }: RunFacts, statements: Statements): ReportSection {
  const x = epochAxis(Math.max(1, epochs.length));
  const losses = epochs.flatMap(({ loss, val }) => [loss, val.loss]);
  const charts = epochs.length === 0
    ? html`<p class="quiet">The run’s folder holds no epochs.jsonl.</p>`
    : html`<div class="charts"><figure>${lineChart(
        [
          { label: 'training', shape: 'line', style: 1, points: epochs.map(({ epoch, loss }) => [epoch, loss]) },
          { label: 'validation', shape: 'line', style: 2, points: epochs.map(({ epoch, val }) => [epoch, val.loss]) },
        ],
        { title: 'Loss by epoch', x, y: axisTo('cross-entropy', losses), height: 200 },
      )}</figure><figure>${lineChart(
        [
          { label: 'validation', shape: 'line', style: 2, points: epochs.map(({ epoch, val }) => [epoch, val.auc]) },
          { label: 'chance', shape: 'line', style: 5, points: [[0, 0.5], [x.domain[1], 0.5]] },
        ],
        { title: 'AUC by epoch', x, y: { label: 'ROC AUC', domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] }, height: 200 },
      )}</figure></div>`;
  return { id: 'training', title: 'Training', body: html`${charts}<p>${statements.training}</p><p>${statements.initialisation} ${statements.selection}</p><p class="quiet">${statements.software} Run ${run.id}, begun ${run.started.slice(0, 10)}.</p>` };
}

/** The model card's fields: Mitchell and others, Model Cards for Model Reporting, FAT* 2019. */
const cardFields: readonly (readonly [string, readonly StatementName[]])[] = [
  ['Model', ['architecture', 'output']],
  ['Intended use', ['intendedUse']],
  ['Training data', ['dataSource', 'partitions']],
  ['Labels', ['referenceStandard']],
  ['Preprocessing', ['preprocessing']],
  ['Training', ['training', 'initialisation', 'selection']],
  ['Evaluation data', ['internal', 'disjoint']],
  ['Figures', ['performance', 'diagnosticPerformance']],
  ['Shortcuts', ['controls']],
  ['Subgroups', ['heterogeneity']],
  ['Robustness', ['robustness']],
  ['Attention', ['explainability']],
  ['Limits', ['limitations']],
  ['Licence', ['availability', 'dataSharing']],
];

const open = (text: string): Html => html`<span class="tag error">open</span> <span class="error">${text}</span>`;

function cardSection(statements: Statements): ReportSection {
  return {
    id: 'model-card',
    title: 'Model card',
    body: renderTable({
      title: 'What this model is, and is not for',
      columns: ['', ''],
      rows: cardFields.map(([title, names]) => {
        const texts = names.flatMap((name) => statements[name] ?? []);
        return [html`<strong>${title}</strong>`, texts.length === 0 ? open('not known') : html`${texts.map((text) => html`<p>${text}</p>`)}`];
      }),
    }),
  };
}

function dataSection(facts: RunFacts, statements: Statements): ReportSection {
  return {
    id: 'data',
    title: 'Data',
    body: html`${renderTable({
      title: 'Images and patients (groups where none is named) of each part',
      columns: ['part', 'label', 'images', 'patients', 'sex told', 'age told'],
      rows: partCounts(facts).map(({ part, label, images, patients, withSex, withAge }) => [html`${part}`, html`${label}`, images, patients, withSex, withAge]),
    })}<p>${statements.disjoint}</p><p class="quiet">${statements.missingData}</p>`,
  };
}

function studySection(id: string, title: string, study: MadeStudy | undefined, command: string): ReportSection {
  return { id, title, body: study === undefined ? html`<p>${open('not made yet')}: <code>${command}</code>, then <code>covid-ct report</code> again.</p>` : html`<p>${study.sentence}</p><p><a href="${study.href}">The whole study, with curves and pictures</a></p>` };
}

const statusTags: Readonly<Record<AnsweredItem['status'], Html>> = {
  filled: html`<span class="tag note">filled</span>`,
  partly: html`<span class="tag warning">partly</span>`,
  open: html`<span class="tag error">open</span>`,
};

function answerCell({ status, answers, missing, byAuthors }: AnsweredItem): Html {
  const lacks = status === 'filled' ? null : status === 'open' ? open(missing ?? 'the run cannot say') : html`<p><span class="warning">Open:</span> ${missing ?? 'a part that the run cannot say'}</p>`;
  return html`${answers.map((text) => html`<p>${text}</p>`)}${byAuthors ? html`<p class="quiet">The last by the authors.</p>` : null}${lacks}`;
}

function checklistSection(checklist: Checklist, items: readonly AnsweredItem[]): ReportSection {
  const count = (status: AnsweredItem['status']): number => items.filter((item) => item.status === status).length;
  return {
    id: checklist.id,
    title: checklist.title,
    body: html`<p>${count('filled')} items filled, ${count('partly')} partly, <strong>${count('open')} open</strong>, of ${items.length}. Filled by the program from what the run knows; items are given in short, in this project’s words. Authors close what is open by <code>--answers FILE.json</code>.</p>
${renderTable({
      title: checklist.title,
      columns: ['', 'section', 'item', '', 'what is said'],
      rows: items.map((item) => [html`<strong>${item.id}</strong>`, html`<span class="quiet">${item.section}</span>`, html`<div class="item">${item.title}</div>`, statusTags[item.status], html`<div class="answer">${answerCell(item)}</div>`]),
      note: checklist.source,
    })}`,
  };
}

function glanceSection(facts: RunFacts, statements: Statements): ReportSection {
  const { evaluation, run } = facts;
  const { auc, accuracy, f1, sensitivity, specificity } = evaluation.images.metrics;
  return {
    id: 'glance',
    title: 'At a glance',
    body: html`<p><strong>ROC AUC ${figureText(auc)}</strong> by image, ${figureText(evaluation.patients.mean.metrics.auc)} by patient; accuracy ${figureText(accuracy)}, F1 ${figureText(f1)}, sensitivity ${figureText(sensitivity)}, specificity ${figureText(specificity)}; ${evaluation.positive} positive, n ${evaluation.images.n}, 95 % intervals over patients.</p>
${run.configuration.control === undefined ? null : html`<p><span class="tag warning">control</span> This is no model but the cheating control ${run.configuration.control}.</p>`}
<p>${statements.controls ?? open('no control was made of this release')}</p>
<p>${statements.technology} ${statements.goal} ${statements.partitions}</p>`,
  };
}

/** The controls beside the model, and which are missing. */
function controlSections({ controls, release, run, evaluation }: RunFacts): ReportSection[] {
  if (controls.length === 0) return [];
  const section = controlSection(controls, release, { name: run.id, auc: evaluation.images.metrics.auc });
  const missing = trainedControlNames.filter((name) => !controls.some((one) => one.name.startsWith(`${name},`)));
  const note = missing.length === 0 || run.configuration.control !== undefined ? null : html`<p>${open(`not trained on these data: ${missing.join(', ')}`)} (<code>covid-ct train ${run.configuration.recipe.kind} --control NAME</code>, beside this run)</p>`;
  return [{ ...section, body: [section.body, note] }];
}

/** What a report says, beside its page. */
export interface RunReport {
  readonly page: string;
  readonly document: object;
}

/**
 * Everything that is known of a run as one self-contained HTML page: figures and curves, controls, hits and misses, training, data, model
 * card, CLAIM and TRIPOD+AI, with what is missing left open.
 * @param answers of the authors, to items of the checklists
 */
export function makeRunReport(facts: RunFacts, answers: AuthorAnswers = {}): RunReport {
  const { run, context, evaluation, release, gallery, robustness, attention, controls } = facts;
  const statements = statementsOf(facts);
  const filled = checklists.map((checklist) => ({ checklist, items: fillChecklist(checklist, statements, answers) }));
  const page = renderPage({
    title: `Report of ${run.id}`,
    subtitle: html`${evaluation.images.n} images: ${context.part} of the ${context.track.name} track of ${release.name}; ${evaluation.positive} positive; covid-ct ${context.version}`,
    banners: reportBanners(context),
    sections: [
      glanceSection(facts, statements),
      ...evaluationSections(evaluation, context),
      ...controlSections(facts),
      gallery === undefined
        ? { id: 'pictures', title: 'Hits and misses', short: 'Pictures', body: html`<p>${open('the run’s folder holds no model to explain')}</p>` }
        : { ...gallerySection(gallery.pictures, gallery.counts), short: 'Pictures' },
      studySection('attention', 'Attention', attention, 'covid-ct explain RUN'),
      studySection('robustness', 'Robustness', robustness, 'covid-ct robustness RUN'),
      trainingSection(facts, statements),
      dataSection(facts, statements),
      cardSection(statements),
      ...filled.map(({ checklist, items }) => checklistSection(checklist, items)),
    ],
    footer: html`<p>${benchmarkNotice}</p>`,
  });
  return {
    page,
    document: {
      format: 'covid-ct report 1',
      run,
      evaluation: evaluationDocument(evaluation, context),
      controls,
      attention: attention ?? null,
      robustness: robustness ?? null,
      checklists: filled.map(({ checklist: { id, title, source }, items }) => ({ id, title, source, items: items.map(({ id: number, section, title: asked, status, answers: said, missing }) => ({ id: number, section, title: asked, status, answers: said, missing: status === 'filled' ? null : (missing ?? null) })) })),
    },
  };
}
