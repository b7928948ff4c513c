import { describe, expect, it } from 'vitest';
import { forestPlot, html, renderPage, renderTable } from './index.ts';

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
