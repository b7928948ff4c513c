export { formatCard, type CardOptions, type CardTable } from './card.ts';
export { citationsOf, dataSetPapers, formatBibtex, formatPlainCitations, type Citation, type Citations } from './cite.ts';
export { croissantDocument } from './croissant.ts';
export { upstreamExporter } from './upstream.ts';
export { exporters, exportRelease, type ExportOptions } from './exporters.ts';
export { escapeFormulaCell, unescapeFormulaCell } from './formula-cell.ts';
export { copyrightNotice, formatCsv, recordColumns, recordNames, recordOf, type ExportRecord } from './records.ts';
export type { Exporter, ExportContext, ExportImage, ExportLeftOut, ExportRequest } from './types.ts';
export { writeZip, type ZipMember } from './zip.ts';
