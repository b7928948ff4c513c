import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { servedDois, startPaperServices, type PaperServices } from '../support/paper-services.ts';
import { runInProcess } from '../support/run-in-process.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
let services: PaperServices;
let common: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-discover-'));
  services = await startPaperServices([{ doi: servedDois.preprint, title: 'A preprint on chest CT of COVID-19', license: 'cc by' }, { doi: servedDois.closed, title: 'A closed paper' }]);
  await writeFile(join(folder, 'endpoints.json'), JSON.stringify(services.endpoints));
  common = ['--workspace', join(folder, 'workspace'), '--endpoints', join(folder, 'endpoints.json')];
});
afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

it('covid-ct discover lists papers with licence and open full text, and its list feeds covid-ct extract', async () => {
  const shown = await runInProcess(['discover', 'COVID-19', 'chest', 'CT', ...common, '--out', join(folder, 'list')]);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/10\.1000\/packaged +CC-BY-NC +open +Chest CT of two patients/);
  expect(shown.stdout).toMatch(/10\.1000\/closed +none stated +no +A closed paper/);
  expect(shown.stdout.split('\n').every((line) => line.length <= 80 || line.startsWith('covid-ct extract') || line.includes('left out'))).toBe(true);
  const dois = (await readFile(join(folder, 'list'), 'utf8')).trim().split('\n');
  expect(dois).toEqual([servedDois.packaged, servedDois.preprint]);

  const read = await runInProcess(['extract', ...dois, servedDois.closed, ...common, '--out', join(folder, 'found'), '--json']);
  expect(read.code).toBe(1);
  const { papers, candidates } = JSON.parse(read.stdout) as { readonly papers: readonly { readonly doi: string; readonly status: string; readonly licence: string | null }[]; readonly candidates: readonly { readonly licence: string }[] };
  expect(papers.map(({ doi, status, licence }) => [doi, status, licence])).toEqual([
    [servedDois.packaged, 'read', 'CC-BY-NC'],
    [servedDois.preprint, 'read', 'CC-BY-4.0'],
    [servedDois.closed, 'no open full text', null],
  ]);
  expect(candidates.map(({ licence }) => licence)).toEqual(['CC-BY-NC', 'CC-BY-4.0']);
});

it('a file of addresses that is none, and an address that is none, are told', async () => {
  await writeFile(join(folder, 'wrong.json'), '{"crosref": "http://127.0.0.1"}');
  const wrong = await runInProcess(['discover', 'x', '--workspace', join(folder, 'workspace'), '--endpoints', join(folder, 'wrong.json')]);
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('is no file of addresses')]);
  const mail = await runInProcess(['discover', 'x', ...common, '--email', 'nobody']);
  expect([mail.code, mail.stderr]).toEqual([2, expect.stringContaining('is no e-mail address')]);
});
