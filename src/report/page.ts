import { html, Html, type HtmlPart } from './html.ts';
import { reportStyle } from './style.ts';

/** A part of a report, with an anchor that its table of contents links to. */
export interface ReportSection {
  /** Letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** In the table of contents, where the title is too long for it. */
  readonly short?: string;
  readonly body: HtmlPart;
}

/** What a report shows. */
export interface ReportPage {
  readonly title: string;
  readonly subtitle: HtmlPart;
  /** Said in a box at the top: what the reader must know before the figures (synthetic, research only). */
  readonly banners: readonly HtmlPart[];
  readonly sections: readonly ReportSection[];
  readonly footer: HtmlPart;
}

/**
 * A report as one self-contained HTML document: no script, and nothing is loaded from anywhere, which its
 * content-security policy also says.
 */
export function renderPage(page: ReportPage): string {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${page.title}</title>
<style>${new Html(reportStyle)}</style>
</head>
<body>
<header>
<h1>${page.title}</h1>
<p class="quiet">${page.subtitle}</p>
${page.banners.map((banner) => html`<p class="banner">${banner}</p>\n`)}</header>
<nav aria-label="Contents"><ul>${page.sections.map((section) => html`<li><a href="#${section.id}">${section.short ?? section.title}</a></li>`)}</ul></nav>
<main>
${page.sections.map((section) => html`<section id="${section.id}">\n<h2>${section.title}</h2>\n${section.body}\n</section>\n`)}</main>
<footer>${page.footer}</footer>
</body>
</html>
`;
  return document.text;
}
