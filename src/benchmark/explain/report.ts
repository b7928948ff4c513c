import { lungAbstentions, type LungAbstention } from '../../imaging/index.ts';
import { forestPlot, html, renderPage, renderTable, type Html, type IntervalRow, type ReportSection } from '../../report/index.ts';
import { benchmarkNotice, figureText, reportBanners, type EvaluationContext, type Figure } from '../evaluation/index.ts';
import { changeText } from '../robustness/index.ts';
import { outcomes, type ExplainedImage, type Explanations, type Outcome } from './explain-images.ts';
import type { GroupAttention, MeanShares } from './judge.ts';
import type { GalleryPicture } from './pictures.ts';

/** What was explained. */
export interface ExplainContext extends Pick<EvaluationContext, 'release' | 'track' | 'part' | 'version'> {
  readonly model: string;
  readonly run: string;
  readonly positive: string;
  readonly threshold: number;
  readonly thresholdFrom: string;
}

/** How the figures are made, in sentences. */
export function explainLines(groups: readonly GroupAttention[], { images, unread }: Explanations, { threshold, thresholdFrom, positive }: ExplainContext): string[] {
  const [all] = groups;
  const withoutMap = images.filter(({ map }) => !map.data.some((value) => value > 0)).length;
  const reasons = Object.entries(all?.abstained ?? {}).map(([reason, count]) => `${count}: ${lungAbstentions[reason as LungAbstention]}`);
  const abstained = Object.values(all?.abstained ?? {}).reduce((sum, count) => sum + count, 0);
  return [
    `Grad-CAM of the label that each image was called (${positive} from ${threshold.toFixed(3)} on: ${thresholdFrom}), of the last feature map before the pooling, laid over the picture bilinearly. Its cells are coarse: attention on a small thing spreads over its surroundings.`,
    `Lungs are found by the classical mask (docs/LUNG-MASK.md), which misses lobes that are consolidated throughout: attention on those counts as outside. It abstained on ${abstained} of ${images.length} images${abstained === 0 ? '' : ` (${reasons.join('; ')}), which are left out of that share`}.`,
    `Marks that pictures carry: coloured drawing, and white letters on the dark ground around the body, with a margin; pieces of the scanner’s table are among them, white arrows within lungs are not, since they cannot be told from vessels. Marks burned in for the purpose are four an image, as in covid-ct robustness, wherever chance puts them. ${withoutMap} images have a map that is 0 everywhere, and no shares.`,
    'Intervals hold 95 %: percentiles of 2,000 draws of whole patients (groups where no patient is named), seed 1; “more than even” is attention minus area, paired.',
    ...(unread.length === 0 ? [] : [`${unread.length} images could not be read and are left out: ${unread.map(({ image }) => image).join(', ')}.`]),
  ];
}

/** The sentence that a reader takes away. */
export function attentionSentence([all]: readonly GroupAttention[]): string {
  const { attention, area, excess } = all?.outside ?? { attention: undefined, area: undefined, excess: undefined };
  if (attention?.value === null || attention?.value === undefined || area?.value === null || area?.value === undefined || excess === undefined) return 'There is no attention whose place could be told.';
  const verdict = excess.low !== null && excess.low > 0 ? 'more than even attention would; the model looks away from the lungs' : excess.high !== null && excess.high < 0 ? 'less than even attention would; the model looks towards the lungs' : 'no other than even attention would';
  return `${percent(attention.value)} of the attention lies outside the lungs, which are ${percent(1 - area.value)} of the picture: ${verdict}.`;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function sharesCells({ n, attention, area, excess }: MeanShares): (Html | number)[] {
  const whole = (text: string): Html => html`<span class="whole">${text}</span>`;
  return [n, whole(figureText(attention, 2)), whole(figureText({ ...area, low: null }, 2)), whole(changeText(excess, 2))];
}

function plotOf(groups: readonly GroupAttention[]): Html {
  const row = (label: string, { value, low, high }: Figure): IntervalRow[] => (value === null ? [] : [{ label, value, low, high }]);
  const rows = groups.flatMap(({ group, outside }) => row(group, outside.attention));
  return forestPlot(rows, { title: 'Share of the attention outside the lungs', domain: [0, 1], reference: groups[0]?.outside.area.value ?? 0.5, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
}

/** The section with the shares. */
export function attentionSection(groups: readonly GroupAttention[]): ReportSection {
  const columns = ['images', 'counted', 'attention', 'area', 'more than even'];
  return {
    id: 'attention',
    title: 'Where the model looks',
    body: html`<p><strong>${attentionSentence(groups)}</strong></p>
<h3>Share of the attention outside the lungs</h3>${plotOf(groups)}<p class="quiet">Dashed: the mean share of the picture outside the lungs, which even attention would have.</p>
${renderTable({ title: 'Outside the lungs', columns, rows: groups.map(({ group, outside }) => [html`${group}`, ...sharesCells(outside)]) })}
${renderTable({ title: 'On marks that the pictures carry, of those that have some', columns, rows: groups.map(({ group, marks }) => [html`${group}`, ...sharesCells(marks)]) })}
${renderTable({ title: 'On four letters and arrows burned in for the purpose', columns, rows: groups.map(({ group, planted }) => [html`${group}`, ...sharesCells(planted)]) })}`,
  };
}

const outcomeTitles: Readonly<Record<Outcome, string>> = {
  'true positive': 'Hits: positive images called positive',
  'false negative': 'Misses: positive images called negative',
  'false positive': 'Misses: negative images called positive',
  'true negative': 'Hits: negative images called negative',
};

function shareText({ outside, marks }: ExplainedImage): string {
  const lungs = outside === undefined ? 'no attention' : typeof outside === 'string' ? 'lungs not found' : `outside lungs ${percent(outside.attention)} (area ${percent(outside.area)})`;
  return `${lungs}${marks === undefined ? '' : `; on marks ${percent(marks.attention)} (area ${percent(marks.area)})`}`;
}

/** The galleries of hits and misses. */
export function gallerySection(pictures: readonly GalleryPicture[], counts: ReadonlyMap<Outcome, number>): ReportSection {
  return {
    id: 'pictures',
    title: 'Hits and misses',
    body: html`<p class="quiet">The images that the model was surest of. Left: what the network saw, lungs outlined blue, marks yellow. Right: Grad-CAM of the label that it was called, from dark violet (little) to pale yellow (the map’s largest value).</p>
${outcomes.map((outcome) => {
    const own = pictures.filter(({ image }) => image.outcome === outcome);
    return html`<h3>${outcomeTitles[outcome]} <span class="quiet">(${own.length} of ${counts.get(outcome) ?? 0})</span></h3>${own.length === 0 ? html`<p class="quiet">None.</p>` : html`<div class="pictures wide-pictures">${own.map(({ image, jpeg, width, height }) => html`<figure><img src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}" width="${width}" height="${height}" alt="${image.entry.image.id} and its Grad-CAM"><figcaption>${image.entry.image.id}: score ${image.score.toFixed(2)}; ${shareText(image)}</figcaption></figure>`)}</div>`}`;
  })}`,
  };
}

/** How many images had each outcome. */
export function countOutcomes(images: readonly ExplainedImage[]): ReadonlyMap<Outcome, number> {
  return new Map(outcomes.map((outcome) => [outcome, images.filter((image) => image.outcome === outcome).length]));
}

/** Explanations as one self-contained HTML page. */
export function renderExplanations(groups: readonly GroupAttention[], explanations: Explanations, pictures: readonly GalleryPicture[], context: ExplainContext): string {
  const { release, track, part, model, run, positive, version } = context;
  return renderPage({
    title: `Where ${run} looks`,
    subtitle: html`${explanations.images.length} images: ${part} of the ${track.name} track of ${release.name}; ${positive} positive; model: <code>${model}</code>; covid-ct ${version}`,
    banners: reportBanners(context),
    sections: [
      { ...attentionSection(groups), body: html`${attentionSection(groups).body}${explainLines(groups, explanations, context).map((line) => html`<p class="quiet">${line}</p>`)}` },
      gallerySection(pictures, countOutcomes(explanations.images)),
    ],
    footer: html`<p>${benchmarkNotice}</p>`,
  });
}

/** What `covid-ct explain --json` prints and `explain.json` holds. */
export function explainDocument(groups: readonly GroupAttention[], { images, unread }: Explanations, context: ExplainContext): object {
  const { release, track, part, model, run, positive, threshold, thresholdFrom, version } = context;
  return {
    format: 'covid-ct explanations 1',
    version,
    notice: benchmarkNotice,
    release: { name: release.name, synthetic: release.synthetic },
    model,
    run,
    track: track.name,
    trackSeed: track.seed ?? null,
    split: part,
    n: images.length,
    positive,
    threshold: { value: threshold, from: thresholdFrom },
    summary: attentionSentence(groups),
    groups,
    images: images.map(({ entry, score, outcome, called, outside, marks, planted }) => ({
      image: entry.image.id,
      label: entry.label,
      score,
      called,
      outcome,
      outsideLungs: typeof outside === 'object' ? outside : null,
      lungs: typeof outside === 'string' ? outside : 'found',
      onMarks: marks ?? null,
      onPlantedMarks: planted ?? null,
    })),
    unread,
  };
}
