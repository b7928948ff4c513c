import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bareImage, bareRelease } from '../../../tests/support/bare-release.ts';
import { citationsOf, escapeFormulaCell, formatBibtex, formatCard, formatPlainCitations, unescapeFormulaCell } from './index.ts';

const parts = (name: string, stem: string) => ({ ...bareImage({ id: `COVID/${name}` }).parts, stem });
const release = bareRelease([
  bareImage({ id: 'COVID/a.png', paper: '10.1101/2020.1', doi: '10.1101/2020.1', patient: 'Patient 1' }),
  bareImage({ id: 'COVID/b.png', paper: '10.1101/2020.1', doi: '10.1101/2020.1', patient: 'Patient 1' }),
  bareImage({ id: 'COVID/c.png', paper: 'Some_Journal%', parts: parts('c.png', 'Some_Journal%') }),
  bareImage({ id: 'NonCOVID/d.png' }),
], { synthetic: false });

describe('citations', () => {
  it('are the data set’s two papers, each source once, and a count of what is unknown', () => {
    const citations = citationsOf(release);
    expect(citations.dataSet.map(({ key }) => key)).toEqual(['zhao2020covidct', 'he2020sample']);
    expect(citations.sources.map(({ doi, stem, images }) => [doi, stem, images])).toEqual([
      ['10.1101/2020.1', undefined, ['COVID/a.png', 'COVID/b.png']],
      [undefined, 'Some_Journal%', ['COVID/c.png']],
    ]);
    expect(citations.unknown).toEqual(['NonCOVID/d.png']);
  });

  it('are the selected images’ only', () => {
    expect(citationsOf(release, release.images.slice(2, 3)).sources.map(({ key }) => key)).toEqual(['Some-Journal-']);
  });

  it('make up no author, title or year of a source', () => {
    const bib = formatBibtex({ ...citationsOf(release), dataSet: [] });
    expect(bib).not.toMatch(/author|title|year/);
    expect(bib).toContain('Some\\_Journal\\%');
    expect(bib).toContain('% 1 images have no known paper.');
    expect(formatPlainCitations(citationsOf(release))).toContain('https://doi.org/10.1101/2020.1 (2 images)');
  });

  it('leave the data set’s papers out where the set is another', () => {
    expect(citationsOf({ ...release, layout: 'csv' }).dataSet).toEqual([]);
  });
});

describe('formula cells', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', "'x", "''=x", '＝1', '', 'plain', '1=1'])('%j comes back, and begins with nothing that runs', (cell) => {
    expect(escapeFormulaCell(cell)).not.toMatch(/^[=+\-@\t\r\n]/);
    expect(unescapeFormulaCell(escapeFormulaCell(cell))).toBe(cell);
  });
});

describe('the card', () => {
  it('counts from the release, quotes the radiologist as an unsigned statement, and says what is unknown', () => {
    const card = formatCard(release, { version: '1', defects: [{ code: 'DUPLICATE', severity: 'warning', count: 3 }] });
    expect(card).toContain('| COVID | 3 | 0 | 0 | 0 | 3 | 1 | 1 | 2 | 0 |');
    expect(card).toContain('| DUPLICATE | warning | 3 |');
    expect(card).toMatch(/senior radiologist in Tongji Hospital.*unsigned statement/);
    expect(card.startsWith('---\npretty_name: "COVID-CT-Dataset"\nlicense: unknown\n')).toBe(true);
  });

  it('calls the sample synthetic, and claims nothing of a foreign set', () => {
    expect(formatCard({ ...release, synthetic: true }, { version: '1' })).toContain('**This is the synthetic sample');
    const foreign = formatCard({ ...release, layout: 'imagefolder' }, { version: '1' });
    expect(foreign).not.toMatch(/Tongji|medRxiv|Zhao/);
  });
});

describe('CITATION.cff', () => {
  it('has the fields of the Citation File Format 1.2.0 that are required', () => {
    const text = readFileSync(new URL('../../../CITATION.cff', import.meta.url), 'utf8');
    const fields = new Map(text.split('\n').flatMap((line) => {
      const match = /^([a-z-]+): *(.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
    }));
    expect(fields.get('cff-version')).toBe('1.2.0');
    expect(fields.get('title')).toBe('covid-ct');
    expect(fields.get('license')).toBe('Apache-2.0');
    expect(fields.get('message')).not.toBe('');
    expect(text).toContain('authors:\n  - name: covid-ct contributors\n');
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(fields.get('version')).toBe(version);
    expect(text.split('\n').filter((line) => line !== '').every((line) => /^( {2}- | {2,})?[a-z-]+:|^ +- |^[a-z-]+:/.test(line))).toBe(true);
  });
});
