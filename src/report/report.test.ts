import { describe, expect, it } from 'vitest';
import { forestPlot, html, lineChart, renderPage, renderTable } from './index.ts';

const attack = '"><script>alert(1)</script><img src=x onerror=\'alert(2)\'>';

describe('html', () => {
  it('escapes what comes from outside, in text and in attributes, and leaves HTML alone', () => {
    const text = html`<p title="${attack}">${attack}${html`<b>${'a & b'}</b>`}${[1, null, false, 'x']}</p>`.text;
    expect(text).not.toMatch(/<script|<img|onerror='/);
    expect(text).toContain('<b>a &amp; b</b>1x</p>');
  });
});

describe('renderPage', () => {
  const page = renderPage({
    title: attack,
    subtitle: attack,
    banners: [attack],
    sections: [{ id: 'one', title: attack, body: renderTable({ title: attack, columns: [attack, 'n'], rows: [[attack, 1 / 3], [null, 2]] }) }],
    footer: attack,
  });

  it('lets no script of a title, caption or name through, and loads nothing', () => {
    expect(page).not.toMatch(/<script|<img src=x|(?:src|href)="http/);
    expect(page).toContain("default-src 'none'");
  });
  it('shows numbers to three decimals, and nothing as a dash', () => {
    expect(page).toContain('<td class="number">0.333</td>');
    expect(page).toContain('<td class="text">–</td>');
  });
});

describe('forestPlot', () => {
  it('places the value on the axis, and keeps an interval that leaves it inside', () => {
    const plot = forestPlot([{ label: 'border', value: 0.75, low: 0.2, high: 0.9 }], { title: 'AUC', domain: [0.5, 1], reference: 0.5, ticks: [0.5, 1] }).text;
    expect(plot).toContain('cx="380"');
    expect(plot).toContain('x1="190" x2="494"');
    expect(plot).toContain('0.750 (0.200–0.900)');
  });
});

describe('lineChart', () => {
  const unit = { label: 'x', domain: [0, 1], ticks: [0, 1] } as const;
  const chart = (shape: 'line' | 'step' | 'dots', points: readonly (readonly [number, number])[], more = {}) =>
    lineChart([{ label: attack, points, shape, style: 1, ...more }], { title: 'curve', x: unit, y: { ...unit, label: 'y' }, width: 100, height: 100 }).text;

  it('draws lines and steps from the lower left, and keeps what leaves the axes inside', () => {
    expect(chart('line', [[0, 0], [0.5, 1]])).toContain('d="M46,110L96,10"');
    expect(chart('step', [[0, 0], [0.5, 1]])).toContain('d="M46,110H96V10"');
    expect(chart('line', [[-1, 0], [2, 5]])).toContain('d="M46,110L146,10"');
  });
  it('draws dots with their intervals, bands, and escapes the legend', () => {
    const text = chart('dots', [[0.5, 0.5]], { intervals: [[0.25, 0.75]], band: [[0, 0, 0.5], [1, 0.5, 1]] });
    expect(text).toContain('<circle class="dot s1" cx="96" cy="60" r="4"/>');
    expect(text).toContain('x1="96" x2="96" y1="85" y2="35"');
    expect(text).toContain('d="M46,60L146,10L146,60L46,110Z"');
    expect(text).not.toContain('<script');
  });
});
