import { Buffer } from 'node:buffer';
import { forestPlot, html, renderPage, renderTable, type Html, type IntervalRow } from '../report/index.ts';
import type { Audit, CheckReport } from './audit.ts';
import { defectCodes, type DefectCode } from './codes.ts';
import { auditNotice } from './document.ts';
import { groupBy } from './grouping.ts';
import type { CheckTable, Defect, Severity, Suggestion } from './types.ts';

/** A small picture for a report. */
export interface Thumbnail {
  readonly label: string;
  readonly splits: readonly string[];
  readonly patient: string | undefined;
  /** Of the picture itself, in pixels. */
  readonly size: string;
  /** Of the thumbnail, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/** Pictures that one defect shows; the names of all stand beside them. */
const picturesPerDefect = 12;
const namesPerDefect = 12;
const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** Codes whose pictures tell nothing: what they are about cannot be seen. */
const withoutPictures: ReadonlySet<string> = new Set<DefectCode>([
  'FILE_EXTENSION_WRONG',
  'METADATA_CELLS_MISSING',
  'METADATA_NAME_DIFFERS',
  'METADATA_CELL_ODD',
  'METADATA_CELL_UNREADABLE',
  'METADATA_ROW_TWICE',
]);

/** Names of the pictures that a report shows for a defect. */
export function picturesShown(defect: Defect): readonly string[] {
  return withoutPictures.has(defect.code) ? [] : defect.images.slice(0, picturesPerDefect);
}

function meaningOf(code: string): string {
  const table: Readonly<Record<string, { readonly meaning: string } | undefined>> = defectCodes;
  return table[code]?.meaning ?? '';
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function suggestionText(suggestion: Suggestion): string {
  switch (suggestion.action) {
    case 'quarantine':
      return `Quarantine ${counted(suggestion.images.length, 'image')}${suggestion.images.length <= 3 ? `: ${suggestion.images.join(', ')}` : ''}.`;
    case 'relabel':
      return `Relabel ${counted(suggestion.images.length, 'image')} as ${suggestion.label}.`;
    case 'regroup':
      return `Keep these ${counted(suggestion.images.length, 'image')} on one side of a split.`;
    case 'look':
      return suggestion.what;
  }
}

function renderNames(what: string, names: readonly string[]): Html | null {
  if (names.length === 0) return null;
  const list = names.map((name, i) => html`${i === 0 ? '' : ', '}<code>${name}</code>`);
  if (names.length <= namesPerDefect) return html`<p class="quiet">${what}: ${list}</p>`;
  return html`<details class="names"><summary>${names.length} ${what.toLowerCase()}</summary><div>${list}</div></details>`;
}

function renderPicture(name: string, thumbnail: Thumbnail): Html {
  const { label, splits, patient, size, width, height, jpeg } = thumbnail;
  const source = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  return html`<figure><img src="${source}" width="${width}" height="${height}" alt="${name}" loading="lazy">
<figcaption><code>${name}</code><br>${label}${splits.length === 0 ? '' : ` · ${splits.join(' and ')}`}${patient === undefined ? '' : ` · ${patient}`} · ${size}</figcaption></figure>`;
}

function renderDefect(defect: Defect, thumbnails: ReadonlyMap<string, Thumbnail>): Html {
  const shown = picturesShown(defect).flatMap((name) => {
    const thumbnail = thumbnails.get(name);
    return thumbnail === undefined ? [] : [renderPicture(name, thumbnail)];
  });
  const more = defect.images.length - picturesShown(defect).length;
  return html`<article>
<p>${defect.evidence}</p>
<p class="quiet">→ ${suggestionText(defect.suggestion)}</p>
${shown.length === 0 ? null : html`<div class="pictures">${shown}</div>`}${shown.length > 0 && more > 0 ? html`<p class="quiet">and ${counted(more, 'more image')}, named below</p>` : null}
${shown.length > 0 && more <= 0 ? null : renderNames('Images', defect.images)}${renderNames('Patients', defect.patients)}${renderNames('Papers', defect.papers)}
</article>
`;
}

function renderCode(code: string, defects: readonly Defect[], thumbnails: ReadonlyMap<string, Thumbnail>): Html {
  const severity = defects[0]?.severity ?? 'note';
  const images = new Set(defects.flatMap((defect) => defect.images)).size;
  return html`<details id="${code.toLowerCase().replaceAll('_', '-')}"${severity === 'error' ? html` open` : null}>
<summary><span class="tag ${severity}">${severity}</span> <strong>${meaningOf(code)}</strong> <span class="quiet"><code>${code}</code>, ${counted(defects.length, 'defect')}${images === 0 ? '' : `, ${counted(images, 'image')}`}</span></summary>
<div>${defects.map((defect) => renderDefect(defect, thumbnails))}</div>
</details>
`;
}

/** The controls' AUCs as a forest plot, where a table of the shortcuts check holds them. */
function renderShortcutPlot(table: CheckTable): Html | null {
  const rows = table.rows.flatMap((row): IntervalRow[] => {
    const [label, , value, low, high] = row;
    return typeof label === 'string' && typeof value === 'number' && typeof low === 'number' && typeof high === 'number' ? [{ label, value, low, high }] : [];
  });
  if (rows.length === 0) return null;
  const floor = Math.min(0.3, ...rows.map(({ value, low }) => low ?? value));
  return forestPlot(rows, { title: 'AUC of each control with its 95 % interval', domain: [floor, 1], reference: 0.5, ticks: [0.5, 0.6, 0.7, 0.8, 0.9, 1] });
}

function renderCheck(report: CheckReport, audit: Audit, thumbnails: ReadonlyMap<string, Thumbnail>): Html {
  const own = audit.defects.filter((defect) => defect.check === report.check);
  const bySeverity = severities.flatMap((severity) => [...groupBy(own.filter((defect) => defect.severity === severity), (defect) => defect.code)]);
  return html`<p class="quiet">${report.title}. ${own.length === 0 ? 'Nothing was found.' : `${counted(own.length, 'defect')}.`}</p>
${report.check === 'shortcuts' ? report.tables.map(renderShortcutPlot) : null}
${bySeverity.map(([code, defects]) => renderCode(code, defects, thumbnails))}
${report.tables.map((table) => renderTable({ title: table.title, note: table.note, columns: table.columns, rows: table.rows }))}`;
}

function renderSummary(audit: Audit): Html {
  const number = (check: string, severity: Severity) => audit.defects.filter((defect) => defect.check === check && defect.severity === severity).length;
  const errors = severities.map((severity) => counted(audit.defects.filter((defect) => defect.severity === severity).length, severity)).join(', ');
  const affected = new Set(audit.defects.filter((defect) => defect.severity === 'error').flatMap((defect) => defect.images)).size;
  return html`<p><strong>${errors}.</strong> ${counted(affected, 'image')} of ${audit.release.images} stand in an error.</p>
<p class="quiet"><span class="tag error">error</span> figures made with it cannot be trusted · <span class="tag warning">warning</span> look at it · <span class="tag note">note</span> good to know</p>
${renderTable({
    title: 'Defects by check and severity',
    columns: ['check', 'looks for', 'errors', 'warnings', 'notes', 'seconds'],
    rows: audit.checks.map((report) => [html`<a href="#${report.check}">${report.check}</a>`, html`${report.title}`, ...severities.map((severity) => number(report.check, severity)), report.seconds]),
  })}`;
}

/** How a report names the release, the program and what to cite. */
export interface AuditReportOptions {
  /** The version of covid-ct that made the audit. */
  readonly version: string;
  /** One line each: what to cite. */
  readonly citations: readonly string[];
  readonly thumbnails: ReadonlyMap<string, Thumbnail>;
}

/** An audit as one self-contained HTML page: no script, no request, everything from outside escaped. */
export function renderAudit(audit: Audit, options: AuditReportOptions): string {
  const { release } = audit;
  return renderPage({
    title: `Audit of ${release.name}`,
    subtitle: `${release.images} images, ${release.labels.join(' and ')} (positive: ${release.labels[0] ?? 'none'}); ${release.layout} layout; covid-ct ${options.version}, seed ${audit.seed}, ${audit.seconds.toFixed(1)} s`,
    banners: [
      ...(release.synthetic ? [html`<strong>Synthetic.</strong> These pictures, patients and papers were drawn and made up by covid-ct. None of them is real.`] : []),
      html`<strong>For research, never for diagnosis.</strong> A defect is a reason to look, with its evidence beside it; it is not a judgement on a patient.`,
    ],
    sections: [
      { id: 'summary', title: 'Summary', body: renderSummary(audit) },
      ...audit.checks.map((report) => ({ id: report.check, title: report.check[0]?.toUpperCase() + report.check.slice(1), body: renderCheck(report, audit, options.thumbnails) })),
    ],
    footer: html`<p>${auditNotice}</p>${options.citations.length === 0 ? null : html`<p>Cite: ${options.citations.map((citation) => html`<br>${citation}`)}</p>`}`,
  });
}
