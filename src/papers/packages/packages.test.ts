import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it, vi } from 'vitest';
import { casePaper } from '../../../tests/support/case-paper.ts';
import { jats } from '../../../tests/support/paper-services.ts';
import { extractPackage } from './index.ts';
import { readJats } from './jats.ts';
import { unpackPackage } from './unpack.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

async function tarOf(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, bytes] of Object.entries(files)) archive.entry({ name }, Buffer.from(bytes));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Uint8Array.from(gzipSync(Buffer.concat(chunks)));
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('packages', () => {
  it('are read by their PDF, with what JATS says of the paper', async () => {
    const read = await extractPackage(await tarOf({ 'a/paper.nxml': text(jats), 'a/main.pdf': casePaper({ seed: 5, title: 'A title that JATS knows better' }) }), { fileName: 'x.tar.gz' });
    expect(read).toMatchObject({ pages: 2, facts: { title: 'Chest CT of two patients with COVID-19', abstract: 'Abstract Two synthetic patients.', doi: '10.1000/packaged', licence: 'CC-BY-NC-4.0' }, candidates: [{ file: 'x-p1-10.png', selected: true, licence: 'CC-BY-NC-4.0' }] });
  });

  it('lead nowhere by their names, and end where they are damaged, empty or too much', async () => {
    expect([...(await unpackPackage(await tarOf({ '../../etc/evil.pdf': text('x'), 'b/run.sh': text('x') }))).keys()]).toEqual(['evil.pdf']);
    const whole = await tarOf({ 'a.xml': new Uint8Array(100_000).map((_, i) => (i * i) % 251) });
    expect(await extractPackage(whole.slice(0, whole.length / 2), { fileName: 'x' })).toMatchObject({ status: 'broken', message: expect.stringContaining('damaged') });
    expect(await extractPackage(await tarOf({}), { fileName: 'x' })).toMatchObject({ status: 'broken', message: 'The package holds neither a PDF nor an article in JATS.' });
    expect(await extractPackage(Uint8Array.from(gzipSync(text('no archive'))), { fileName: 'x' })).toMatchObject({ status: 'broken' });
    await expect(unpackPackage(await tarOf({ 'a.xml': new Uint8Array(101e6) }))).rejects.toThrow('more than a paper would');
  });
});

it('JATS gives captions with their words in order, and expands no entities of its own', () => {
  const article = readJats(jats);
  expect(article?.figures).toEqual([
    { number: '1', caption: 'Figure 1. Axial chest CT shows ground-glass opacities in COVID-19 pneumonia & nothing else.', files: ['gr1'] },
    { number: '2', caption: 'Fig. 2. Flow chart of the study.', files: ['missing.jpg'] },
  ]);
  expect(readJats('<html>no article</html>')).toBeUndefined();
  expect(readJats('<article><front>')?.figures ?? []).toEqual([]);
  const laughs = `<!DOCTYPE article [<!ENTITY a "${'ha'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}"><!ENTITY d "${'&c;'.repeat(50)}">]><article><front><article-title>&d;</article-title></front></article>`;
  expect((readJats(laughs)?.title ?? '').length).toBeLessThan(100_000);
});
