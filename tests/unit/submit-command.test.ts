import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPhantom, drawPhantomVolume } from '../../src/imaging/index.ts';
import { dicomOfSlice, encodeJpeg, encodePng } from '../../src/imaging/node.ts';
import { openSample } from '../../src/release/index.ts';
import { runInProcess } from '../support/run-in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-submit-'));
  await writeFile(join(folder, 'new.png'), await encodePng(drawPhantom({ patient: 9001, lesions: 'opacities', width: 220, height: 200 })));
  await writeFile(join(folder, 'slice.dcm'), dicomOfSlice(drawPhantomVolume({ patient: 9002, lesions: 'none', width: 160, height: 160, slices: 3 }), 1, 3));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(workspace: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runInProcess([...args, '--json', '--workspace', join(folder, workspace)]);
  return { code, document: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, never>, stderr };
}
const words = ['--label', 'COVID', '--patient', 'p1', '--caption', 'Opacities.', '--contributor', 'A. Contributor', '--deidentified', '--consent', 'ethics 1', '--rights', 'own', '--release', 'sample'] as const;

describe('covid-ct submit, receive and contribute', () => {
  it('refuse what the release has, and say what to do', async () => {
    const sample = await openSample();
    const withDoi = sample.images.find((image) => image.doi !== undefined && image.parts.stem?.startsWith('2020.') === true);
    const original = sample.images.find((image) => image.label === 'COVID');
    if (withDoi === undefined || original === undefined) throw new Error('the sample has no such image');
    const copy = await encodeJpeg(await sample.picture(original), 85);
    await writeFile(join(folder, 'copy.jpg'), copy);
    await sample.close();
    const known = await run('a', 'submit', join(folder, 'new.png'), '--doi', withDoi.doi ?? '', ...words);
    expect(known).toMatchObject({ code: 1, document: { submission: null, refusals: [{ code: 'DOI_KNOWN', hint: expect.any(String) }] } });
    const duplicate = await run('a', 'submit', join(folder, 'copy.jpg'), '--doi', '10.1000/new', ...words);
    expect(duplicate).toMatchObject({ code: 1, document: { refusals: [{ code: 'DUPLICATE', message: expect.stringContaining(original.name) }] } });
    expect(await run('a', 'receive', '--list')).toMatchObject({ document: { receipts: [] } });
  }, 900_000);

  it('carry a case by mail from one machine to a receipt and a candidate on another', async () => {
    const eml = join(folder, 'c.eml');
    const sent = await run('c', 'submit', join(folder, 'new.png'), join(folder, 'slice.dcm'), '--doi', '10.1000/new', '--email', 'a@example.org', ...words, '--eml', eml);
    expect(sent).toMatchObject({ code: 0, document: { written: [eml], removed: [{}] } });
    expect(await readFile(eml, 'utf8')).toContain('jiz077@eng.ucsd.edu');
    const receipt = await run('b', 'receive', eml, '--release', 'sample', '--receipt', join(folder, 'receipt.json'));
    expect(receipt).toMatchObject({ code: 0, document: { state: 'under review', images: { length: 2 } } });
    expect(JSON.parse(await readFile(join(folder, 'receipt.json'), 'utf8'))).toEqual(receipt.document);
    const id = String(receipt.document['submission']);
    expect(id).toBe(sent.document['submission']);
    expect(await run('b', 'review', 'accept', '--all', '--reviewer', 'A. Curator')).toMatchObject({ code: 0 });
    expect(await run('b', 'receive', '--status', id)).toMatchObject({ code: 0, document: { state: 'accepted' } });
  }, 900_000);

  it('print the guide and the schema, and refuse to guess', async () => {
    expect((await runInProcess(['contribute', 'guide'])).stdout).toContain('patient ID');
    expect(await run('a', 'contribute', 'schema')).toMatchObject({ code: 0, document: { type: 'object' } });
    expect(await readFile(new URL('../../docs/schemas/submission.schema.json', import.meta.url), 'utf8')).toBe(`${JSON.stringify((await run('a', 'contribute', 'schema')).document, null, 2)}\n`);
    expect(await run('a', 'submit', join(folder, 'new.png'))).toMatchObject({ code: 2 });
    expect(await run('a', 'receive')).toMatchObject({ code: 2 });
  });
});
