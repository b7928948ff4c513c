import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { writeMadeExtraction } from '../support/made-extraction.ts';
import { runInProcess } from '../support/run-in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-review-command-'));
  await writeMadeExtraction(join(folder, 'found'), 3);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const { code, stdout, stderr } = await runInProcess([...args, '--json', '--workspace', join(folder, 'workspace')]);
  return { code, document: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, never>, stderr };
}

const as = ['--reviewer', 'A. Curator'] as const;

describe('covid-ct review and reviewer', () => {
  it('carry candidates from an extraction to confirmed images without a browser', async () => {
    expect(await run('review', 'import', join(folder, 'found'))).toMatchObject({ code: 0, document: { added: { length: 3 }, known: 0 } });
    expect(await run('review', 'import', join(folder, 'found'))).toMatchObject({ code: 0, document: { added: [], known: 3 } });
    const { candidates } = (await run('review', 'list', '--state', 'proposed')).document as unknown as { readonly candidates: readonly { readonly id: string }[] };
    const [first = '', second = '', third = ''] = candidates.map(({ id }) => id);
    expect(await run('review', 'accept', first)).toMatchObject({ code: 2 });
    expect(await run('review', 'reject', second, ...as)).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a reason') });
    expect(await run('review', 'reject', second, '--reason', 'a radiograph', ...as)).toMatchObject({ code: 0, document: { candidates: [{ state: 'rejected' }] } });
    expect(await run('review', 'assign', 'Patient 7', first, third, ...as)).toMatchObject({ document: { candidates: [{ record: { patient: 'Patient 7' } }, { id: third }] } });
    expect(await run('review', 'edit', first, '--age', 'old', ...as)).toMatchObject({ code: 2, stderr: expect.stringContaining('--age "old" is no age') });
    expect(await run('review', 'split', third, '--box', '0,0,80,140', '--box', '80,0,81,140', ...as)).toMatchObject({ code: 3, stderr: expect.stringContaining('leaves the picture') });
    expect(await run('review', 'accept', '--all', ...as)).toMatchObject({ document: { candidates: { length: 2 } } });
    const shown = await run('review', 'show', first, '--picture', join(folder, 'shown.png'));
    expect(shown.document).toMatchObject({ candidate: { state: 'accepted', record: { picture: { sha256: sha256(await readFile(join(folder, 'shown.png'))) } } }, history: [{ kind: 'proposed' }, { kind: 'edited' }, { kind: 'decided', by: 'A. Curator' }] });
    expect(await run('reviewer', 'new', '--name', 'A. Reader', '--qualification', 'radiologist')).toMatchObject({ code: 0, document: { name: 'A. Reader' } });
    expect(await run('reviewer', 'confirm', second, '--reviewer', 'A. Reader')).toMatchObject({ code: 3, stderr: expect.stringContaining('not accepted') });
    expect(await run('reviewer', 'confirm', '--all', '--reviewer', 'A. Reader')).toMatchObject({ code: 0, document: { images: { length: 2 } } });
    expect(await run('reviewer', 'confirmations')).toMatchObject({ code: 0, document: { confirmations: [{ faults: [] }] } });
  }, 900_000);
});
