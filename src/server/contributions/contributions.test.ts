import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { data } from 'dcmjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../base/index.ts';
import { bundleInMessage, bundleOf, checkSubmission, inspectFile, parseSubmission, readBundle, submissionId } from '../../curation/index.ts';
import { drawPhantom, drawPhantomVolume } from '../../imaging/index.ts';
import { dicomOfSlice, encodePng } from '../../imaging/node.ts';
import { openSample } from '../../release/index.ts';
import { startServer, type RunningServer } from '../server.ts';

let folder: string;
let server: RunningServer;
let base: string;
const draft = 'd-0123456789abcdef';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-contributions-'));
  server = await startServer({ version: '0.0.0', workspace: join(folder, 'workspace'), releases: [], port: 0, web: null, log: () => undefined });
  base = `http://127.0.0.1:${server.port}/api`;
}, 240_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}, 240_000);

const phantom = (patient: number) => encodePng(drawPhantom({ patient, lesions: 'opacities', width: 200, height: 180 }));
const upload = (bytes: Uint8Array, name: string, type = 'image/png') => fetch(`${base}/releases/sample/uploads/drafts/${draft}?name=${encodeURIComponent(name)}`, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(bytes) });
const words = { patient: 'p1', doi: '10.1000/xyz123', caption: 'Opacities in both lungs.', licence: '', age: '41', sex: '', location: '', history: '', time: '', severity: '', otherDiseases: '', finding: '', source: '', writing: '', samePaper: '', unpublished: false };
const draftOf = (cases: readonly object[], attested = true) => ({ contributor: { name: 'A. Contributor', email: '' }, attestations: { deidentified: attested, consent: 'synthetic', rights: 'synthetic' }, cases });
interface Check { readonly faults: { path: string }[]; readonly refusals: { code: string; file: string | null; message: string }[]; readonly complete: boolean }

/** Saves a draft until its pictures were looked at too. */
async function save(body: object): Promise<Check> {
  for (;;) {
    const answer = await fetch(`${base}/releases/sample/drafts/${draft}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const check = (await answer.json()) as Check;
    if (check.complete || answer.status !== 200) return check;
    await delay(500);
  }
}
const codes = ({ refusals }: Check): string[] => refusals.map(({ code }) => code);
const kept = () => readdir(join(folder, 'workspace', 'drafts', draft, 'images')).catch(() => []);

describe('a draft', () => {
  it('refuses what no words can mend, and keeps nothing of it', async () => {
    const file = data.DicomMessage.readFile(new Uint8Array(dicomOfSlice(drawPhantomVolume({ patient: 3, lesions: 'none', width: 130, height: 130, slices: 2 }), 1, 7)).buffer);
    file.dict['00100010'] = { vr: 'PN', Value: ['Roe^Jane'] };
    const named = await upload(new Uint8Array(file.write()), 'Jane Roe.dcm', 'application/dicom');
    expect([named.status, ((await named.json()) as { detail: string }).detail]).toEqual([422, expect.stringMatching(/says who the patient is: PatientName/)]);
    for (const [bytes, name] of [['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'a.svg'], ['<!doctype html><script>alert(1)</script>', 'a.png'], ['', 'empty.png'], [`\u0089PNG\r\n\u001a\n${'x'.repeat(200)}`, 'cut.png']] as const) {
      const answer = await upload(Buffer.from(bytes, 'latin1'), name);
      expect([name, answer.status, answer.headers.get('content-type')]).toEqual([name, 422, 'application/problem+json']);
    }
    expect((await upload(await phantom(1), 'a.png', 'text/html')).status).toBe(415);
    expect((await fetch(`${base}/releases/sample/uploads/drafts/..%2f..%2fx?name=a.png`, { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'x' })).status).toBe(400);
    expect(await kept()).toEqual([]);
  }, 240_000);

  it('is checked as it is typed, by the checks of the command line', async () => {
    const sample = await openSample();
    const [known] = sample.images;
    if (known === undefined) throw new Error('the sample is empty');
    const names: string[] = [];
    for (const bytes of [await phantom(771_001), await sample.bytes(known)]) names.push(((await (await upload(bytes, 'Jane Roe.png')).json()) as { file: string }).file);
    expect(names).toEqual(['images/001.png', 'images/002.png']);
    expect((await kept()).join(' ')).not.toContain('Roe');
    const [fresh = '', copy = ''] = names;
    const first = await save(draftOf([{ ...words, file: fresh, label: '' }, { ...words, file: copy, label: 'COVID', doi: 'no doi', caption: '' }], false));
    expect(first.faults.map(({ path }) => path)).toEqual(['cases.0.label', 'cases.1.doi']);
    expect(codes(first).toSorted()).toEqual(['ATTESTATION_MISSING', 'CAPTION_MISSING', 'DUPLICATE']);
    expect(first.refusals.find(({ code }) => code === 'DUPLICATE')?.message).toContain(known.id);
    const doi = sample.metadata.find(({ doi: one }) => one.value !== undefined)?.doi.value ?? '';
    expect(codes(await save(draftOf([{ ...words, file: fresh, label: 'COVID', doi }])))).toEqual(['DOI_KNOWN']);
    await sample.close();

    const picture = await fetch(`${base}/releases/sample/drafts/${draft}/picture?file=${fresh}`);
    expect([picture.status, picture.headers.get('content-type'), picture.headers.get('content-security-policy')]).toEqual([200, 'image/png', "default-src 'none'; sandbox"]);
    for (const file of ['images/../draft.json', '../../jobs', 'images/009.png', 'draft.json']) expect((await fetch(`${base}/releases/sample/drafts/${draft}/picture?file=${encodeURIComponent(file)}`)).status).toBeGreaterThanOrEqual(400);
  }, 400_000);

  it('becomes a bundle and a message that the command line makes too, and a submission with a receipt', async () => {
    const typed = draftOf([{ ...words, file: 'images/001.png', label: 'COVID' }]);
    expect(await save(typed)).toMatchObject({ faults: [], refusals: [], complete: true });
    const zip = new Uint8Array(await (await fetch(`${base}/releases/sample/drafts/${draft}/bundle`)).arrayBuffer());
    const eml = await fetch(`${base}/releases/sample/drafts/${draft}/message`);
    expect(eml.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''s-[0-9a-f]{12}\.eml$/);
    const path = join(folder, 'message.eml');
    await writeFile(path, new Uint8Array(await eml.arrayBuffer()));
    expect(sha256(await bundleInMessage(path))).toBe(sha256(zip));
    await writeFile(join(folder, 'bundle.zip'), zip);
    const bundle = await readBundle(join(folder, 'bundle.zip'));
    // What the command line makes of the same words and picture.
    const manifest = parseSubmission(JSON.stringify({ format: 'covid-ct submission 1', contributor: { name: 'A. Contributor' }, attestations: typed.attestations, cases: [{ file: 'a.png', label: 'COVID', patient: 'p1', doi: words.doi, caption: words.caption, age: '41' }] }), 'a test');
    const nothing = { papers: new Set<string>(), same: [], retracted: new Map<string, string>(), withdrawn: new Set<string>(), pictures: { withHash: () => [], like: () => [] } };
    const { cases } = await checkSubmission(manifest, () => phantom(771_001), nothing, inspectFile);
    expect(submissionId(bundle)).toBe(submissionId(bundleOf(manifest, cases)));

    const receipt = (await (await fetch(`${base}/releases/sample/drafts/${draft}/submit`, { method: 'POST' })).json()) as { submission: string; state: string };
    expect(receipt).toMatchObject({ submission: submissionId(bundle), state: 'under review', images: [{ file: 'images/001.png', state: 'proposed' }] });
    expect((await fetch(`${base}/releases/sample/drafts/${draft}`)).status).toBe(404);
    const again = await fetch(`${base}/releases/sample/uploads/contributions?by=A.%20Curator`, { method: 'POST', headers: { 'content-type': 'application/zip' }, body: zip });
    expect(await again.json()).toMatchObject({ submission: receipt.submission, state: 'under review' });
    const { receipts } = (await (await fetch(`${base}/contributions`)).json()) as { receipts: { submission: string }[] };
    expect(receipts.map(({ submission }) => submission)).toEqual([receipt.submission]);
    const withdrawn = await fetch(`${base}/contributions/${receipt.submission}/withdraw`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ author: 'A. Contributor', reason: 'consent withdrawn' }) });
    expect(await withdrawn.json()).toMatchObject({ state: 'withdrawn' });
  }, 400_000);
});

it('bundles that are none, or are made to harm, are refused without a word of where they lay', async () => {
  const receive = (body: Uint8Array | string, type: string) => fetch(`${base}/releases/sample/uploads/contributions?by=A.%20Curator`, { method: 'POST', headers: { 'content-type': type }, body: typeof body === 'string' ? body : new Uint8Array(body) });
  for (const [body, type, status] of [['no zip', 'application/zip', 422], ['Subject: hello\n\nno bundle', 'message/rfc822', 422], ['x', 'text/html', 415]] as const) {
    const answer = await receive(body, type);
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain(folder);
  }
  expect((await fetch(`${base}/contributions/s-ffffffffffff`)).status).toBe(404);
  expect((await fetch(`${base}/contributions/..%2fx`)).status).toBe(400);
  expect(await readdir(join(folder, 'workspace', 'incoming')).catch(() => [])).toEqual([]);
}, 240_000);
