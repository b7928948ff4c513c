import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { casePaper, casePixels } from '../../../tests/support/case-paper.ts';
import { noProgress, openWorkspace, type Workspace } from '../../base/index.ts';
import { decodePicture } from '../../imaging/node.ts';
import { parseFileName } from '../../release/index.ts';
import { expandInputs, extractBatch, readCandidates, writeCandidates, type Batch, type BatchOptions } from './index.ts';

// Worker processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
let workspace: Workspace;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-batch-'));
  workspace = openWorkspace(join(folder, 'workspace'));
  for (let i = 0; i < 3; i++) await writeFile(join(folder, `case${i}.pdf`), casePaper({ seed: i }));
  await writeFile(join(folder, 'page.pdf'), '<!doctype html><title>Sign in</title>');
  await writeFile(join(folder, 'copy.pdf'), casePaper({ seed: 1 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const batchOf = async (names: readonly string[], options: Partial<BatchOptions> = {}): Promise<Batch> =>
  extractBatch(names.map((name) => ({ given: name, path: join(folder, name), fileName: name })), { workspace, progress: noProgress, workers: 2, ...options });

describe('a batch', () => {
  it('reads what can be read, says of each other file why not, and goes on where it stopped', async () => {
    const names = ['case0.pdf', 'page.pdf', 'case1.pdf', 'copy.pdf', 'absent.pdf'];
    const { extraction, cost } = await batchOf(names);
    expect(extraction.papers.map(({ file, status, candidates }) => [file, status, candidates])).toEqual([
      ['case0.pdf', 'read', 1],
      ['page.pdf', 'not a PDF', 0],
      ['case1.pdf', 'read', 1],
      ['copy.pdf', 'twice', 0],
      ['absent.pdf', 'not fetched', 0],
    ]);
    expect(cost).toMatchObject({ read: 3, known: 0, pages: 4 });
    expect(cost.peakMegabytes > 50 || process.platform !== 'linux').toBe(true);

    const again = await batchOf([...names, 'case2.pdf']);
    expect(again.cost).toMatchObject({ read: 1, known: 3, pages: 2 });
    expect(again.extraction.candidates.slice(0, 2)).toEqual(extraction.candidates);
  });

  it('keeps pictures as PNG objects of the very pixels', async () => {
    const { extraction } = await batchOf(['case2.pdf']);
    const [candidate] = extraction.candidates;
    const png = await workspace.objects.get(candidate?.sha256 ?? '');
    const picture = await decodePicture(png);
    expect([picture.width, picture.height, picture.channels]).toEqual([120, 100, 1]);
    expect(Buffer.from(picture.data).equals(casePixels(2))).toBe(true);
  });

  it('kills what takes too long, and tries it again under higher limits', async () => {
    await writeFile(join(folder, 'long.pdf'), casePaper({ seed: 9, textPages: 30 }));
    const slow = await batchOf(['long.pdf'], { limits: { seconds: 0.001 } });
    expect(slow.extraction.papers[0]).toMatchObject({ status: 'too slow', notes: ['It took longer than 0.001 s.'] });
    expect((await batchOf(['long.pdf'], { limits: { seconds: 0.001 } })).cost).toMatchObject({ read: 0, known: 1 });
    expect((await batchOf(['long.pdf'])).extraction.papers[0]).toMatchObject({ status: 'read', pages: 32 });
  });

  it.runIf(process.platform === 'linux')('kills what takes too much memory', async () => {
    await writeFile(join(folder, 'fat.pdf'), casePaper({ seed: 10, textPages: 30 }));
    const { extraction } = await batchOf(['fat.pdf', 'case0.pdf'], { limits: { megabytes: 65 }, workers: 1 });
    expect(extraction.papers.map(({ status }) => status)).toEqual(['too much memory', 'read']);
  });

  it('counts stems that two files share', async () => {
    await writeFile(join(folder, 'other.pdf'), casePaper({ seed: 12, doi: '10.1101/2020.02.17.20024018' }));
    await writeFile(join(folder, 'version2.pdf'), casePaper({ seed: 13, doi: '10.1101/2020.02.17.20024018v2' }));
    const { extraction } = await batchOf(['other.pdf', 'version2.pdf']);
    expect(extraction.candidates.map(({ paper, file }) => [paper, file])).toEqual([
      ['2020.02.17.20024018', '2020.02.17.20024018-p1-10.png'],
      ['2020.02.17.20024018.2', '2020.02.17.20024018.2-p1-10.png'],
    ]);
    expect(extraction.candidates.map(({ file }) => parseFileName(file).xref)).toEqual([10, 10]);
    expect(extraction.papers[1]?.notes).toEqual(['other.pdf has the same DOI.']);
  });

  it('says nothing is done where it is interrupted', async () => {
    const controller = new AbortController();
    const progress = ({ done }: { readonly done: number }): void => (done === 1 ? controller.abort() : undefined);
    await writeFile(join(folder, 'a.pdf'), casePaper({ seed: 40 }));
    await writeFile(join(folder, 'b.pdf'), casePaper({ seed: 41 }));
    await expect(batchOf(['a.pdf', 'b.pdf'], { workers: 1, progress, signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await batchOf(['a.pdf', 'b.pdf'])).cost).toMatchObject({ read: 1, known: 1 });
  });
});

describe('a folder of candidates', () => {
  it('is replaced by a later run, and is not where anything else lies in it', async () => {
    const out = join(folder, 'out');
    const first = await batchOf(['case0.pdf', 'case1.pdf']);
    await writeCandidates(out, first.extraction, workspace.objects, noProgress);
    expect((await readdir(out)).toSorted()).toEqual(['candidates.json', 'case0-p1-10.png', 'case1-p1-10.png']);
    expect(await readCandidates(out)).toEqual(first.extraction);
    const second = await batchOf(['case2.pdf']);
    await writeCandidates(out, second.extraction, workspace.objects, noProgress);
    expect((await readdir(out)).toSorted()).toEqual(['candidates.json', 'case2-p1-10.png']);
    expect((await readFile(join(out, 'case2-p1-10.png'))).subarray(1, 4).toString()).toBe('PNG');
    await writeFile(join(out, 'notes.txt'), 'mine');
    await expect(writeCandidates(out, first.extraction, workspace.objects, noProgress)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(await readFile(join(out, 'notes.txt'), 'utf8')).toBe('mine');
  });
});

it('arguments are files, folders of PDFs, and DOIs', async () => {
  expect((await expandInputs([folder])).map(({ given }) => given.slice(folder.length + 1)).slice(0, 3)).toEqual(['a.pdf', 'b.pdf', 'case0.pdf']);
  expect(await expandInputs(['https://doi.org/10.1101/2020.02.17.20024018'])).toEqual([{ kind: 'doi', given: 'https://doi.org/10.1101/2020.02.17.20024018', doi: '10.1101/2020.02.17.20024018' }]);
  await expect(expandInputs([join(folder, 'nothing.pdf')])).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
