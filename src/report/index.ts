export { lineChart, type Axis, type ChartSeries } from './charts.ts';
export { Html, escapeHtml, html, type HtmlPart } from './html.ts';
export { renderPage, type ReportPage, type ReportSection } from './page.ts';
export { barChart, forestPlot, type IntervalRow } from './plots.ts';
export { formatNumber, renderTable, type TableCell } from './table.ts';
