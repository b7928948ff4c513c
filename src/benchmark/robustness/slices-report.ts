import { html, lineChart, renderPage, renderTable, type ChartSeries, type Html } from '../../report/index.ts';
import { aggregations, benchmarkNotice, figureText, reportBanners, type EvaluationContext } from '../evaluation/index.ts';
import { changeText } from './report.ts';
import { fewestImages, sliceCounts, type SliceFigures, type SliceStudy } from './slices.ts';

/** A model that was studied. */
export interface StudiedModel {
  readonly name: string;
  readonly sources: readonly string[];
  /** Whether every image was scored by the fold that did not see it. */
  readonly crossValidated: boolean;
  /** `clean, seed 1, 5 folds` or the part that was judged. */
  readonly images: string;
  /** Null where a label has no patient with three images. */
  readonly study: SliceStudy | null;
}

/** How the figures are made, in sentences. */
export function sliceLines({ study, crossValidated, images }: StudiedModel): string[] {
  if (study === null) return [`Not both labels have a patient with at least ${fewestImages} images (${images}): nothing can be compared.`];
  return [
    `${study.patients} patients with at least ${fewestImages} images each (${study.positives} ${study.positive}; ${study.images} images; ${study.leftOut} patients with fewer are left out); ${images}. Where the release names no patient, the images of one paper, figure or duplicate group stand in for one.`,
    `${crossValidated ? 'Cross-validated: every image is scored by the run of the fold that neither trained nor validated on it, and the folds’ scores are put together.' : 'Not cross-validated: these are the images of one part alone.'} The AUC is over patients, the mean of ${study.orders} random orders of each patient’s images; the first ones of an order are looked at.`,
    `Intervals hold 95 %: percentiles of ${study.bootstrap.draws.toLocaleString('en')} draws of patients, seed ${study.bootstrap.seed}; changes are against one image, on the same patients, orders and draws.`,
  ];
}

/** A count in words. */
export const countText = ({ images }: Pick<SliceFigures, 'images'>): string => (images === 'all' ? 'all images' : images === 1 ? '1 image' : `${images} images`);

function chart({ by }: SliceStudy): Html {
  const series = aggregations.map((how, i): ChartSeries => ({
    label: `${how} of the images’ scores`,
    shape: 'line',
    style: i === 0 ? 1 : 2,
    points: by[how].map(({ auc }, k) => [k, auc.value ?? 0]),
    band: by[how].map(({ auc }, k) => [k, auc.low ?? auc.value ?? 0, auc.high ?? auc.value ?? 0]),
  }));
  const lows = series.flatMap(({ band = [] }) => band.map(([, low]) => low));
  const floor = Math.max(0, Math.min(0.5, Math.floor(Math.min(...lows) * 10) / 10));
  return lineChart(series, {
    title: 'AUC by how many images of a patient are looked at',
    x: { label: 'images of a patient', domain: [0, sliceCounts.length - 1], ticks: sliceCounts.map((_, k) => k), tickLabels: sliceCounts.map(String) },
    y: { label: 'ROC AUC over patients', domain: [floor, 1], ticks: Array.from({ length: Math.round((1 - floor) * 10) + 1 }, (_, i) => Math.round((floor + i / 10) * 10) / 10) },
  });
}

function body(model: StudiedModel): Html {
  const lines = sliceLines(model).map((line) => html`<p class="quiet">${line}</p>`);
  const { study } = model;
  if (study === null) return html`${lines}`;
  const whole = (text: string): Html => html`<span class="whole">${text}</span>`;
  const table = renderTable({
    title: `ROC AUC over patients, ${study.positive} positive, with 95 % intervals`,
    columns: ['looked at', ...aggregations.flatMap((how) => [`${how} score`, 'against one'])],
    rows: sliceCounts.map((_, k) => [
      whole(countText(study.by.mean[k] ?? { images: 'all' })),
      ...aggregations.flatMap((how) => {
        const figures = study.by[how][k];
        return figures === undefined ? [] : [whole(figureText(figures.auc)), whole(k === 0 ? '' : changeText(figures.change))];
      }),
    ]),
  });
  return html`<div class="charts"><figure>${chart(study)}</figure></div>${table}${lines}`;
}

/** The study as one self-contained HTML page, a section a model. */
export function renderSlices(models: readonly StudiedModel[], context: Pick<EvaluationContext, 'release' | 'version'>): string {
  return renderPage({
    title: 'One image of a patient against several',
    subtitle: `${context.release.name}; covid-ct ${context.version}`,
    banners: reportBanners(context),
    sections: models.map((model, i) => ({ id: `model-${i + 1}`, title: model.name, body: body(model) })),
    footer: html`<p>${benchmarkNotice}</p>`,
  });
}

/** What `covid-ct slices --json` prints. */
export function slicesDocument(models: readonly StudiedModel[], { release, version }: Pick<EvaluationContext, 'release' | 'version'>): object {
  return { format: 'covid-ct slices 1', version, notice: benchmarkNotice, release: { name: release.name, synthetic: release.synthetic }, models };
}
