import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { data } from 'dcmjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, sha256 } from '../../base/index.ts';
import { drawLetter, drawPhantom, drawPhantomVolume } from '../../imaging/index.ts';
import { decodePicture, dicomOfSlice, dicomSlice, encodeJpeg, encodePng, parseDicom } from '../../imaging/node.ts';
import { openMemoryStore, type Store } from '../../store/index.ts';
import {
  bundleInMessage, bundleOf, checkContext, checkSubmission, composeMessage, decideCandidate, getCandidate, knownPictures, listCandidates, parseSubmission, readBundle, readSubmittedFile, receiptOf, receiveSubmission,
  recordRetraction, submissionId, withdrawSubmission, writeBundle, type Submission,
} from '../index.ts';

let folder: string;
let store: Store;
const when = new Date('2026-11-25T12:00:00Z');
const actor = { by: 'A. Curator', qualification: null, why: 'received', when };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-submissions-'));
  store = await openMemoryStore(openWorkspace(join(folder, 'workspace')));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const phantom = (patient: number) => drawPhantom({ patient, lesions: 'opacities', width: 200, height: 180 });

function submission(overrides: Partial<Submission['cases'][number]> = {}, attestations: Partial<Submission['attestations']> = {}): Submission {
  const [one] = parseSubmission(JSON.stringify({
    format: 'covid-ct submission 1', contributor: { name: 'A. Contributor', email: 'a@example.org' },
    attestations: { deidentified: true, consent: 'ethics board 12/2020', rights: 'own images' },
    cases: [{ file: 'a.png', label: 'COVID', patient: 'p1', doi: 'https://doi.org/10.1000/xyz123', caption: 'Opacities in both lungs.', age: '41' }],
  }), 'a test').cases;
  if (one === undefined) throw new Error('no case');
  return { format: 'covid-ct submission 1', contributor: { name: 'A. Contributor', email: 'a@example.org' }, attestations: { deidentified: true, consent: 'ethics board 12/2020', rights: 'own images', ...attestations }, cases: [{ ...one, ...overrides }] };
}

/** A DICOM file of a synthetic slice with some elements changed. */
function dicom(changes: Readonly<Record<string, { readonly vr: string; readonly Value: readonly unknown[] } | undefined>> = {}): Uint8Array {
  const bytes = dicomOfSlice(drawPhantomVolume({ patient: 3, lesions: 'opacities', width: 160, height: 160, slices: 3 }), 1, 7);
  const file = data.DicomMessage.readFile(new Uint8Array(bytes).buffer);
  for (const [tag, element] of Object.entries(changes)) {
    if (element === undefined) delete file.dict[tag];
    else file.dict[tag] = element;
  }
  return new Uint8Array(file.write());
}

const context = async (papers: readonly string[] = []) => ({ ...(await checkContext(store, undefined, await knownPictures(undefined, store))), papers: new Set(papers) });
const check = async (given: Submission, bytes: Uint8Array, papers: readonly string[] = []) => (await checkSubmission(given, () => Promise.resolve(bytes), await context(papers))).refusals.map(({ code }) => code);

describe('a file', () => {
  it('keeps the very pixels of PNG and JPEG, and none of their text', async () => {
    const png = await encodePng(phantom(1));
    const text = Buffer.from('Comment\0Jane Roe');
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from('tEXt'), text, Buffer.alloc(4)]);
    const read = await readSubmittedFile(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33), Buffer.from('Jane Roe')]), 'a.png');
    expect(read.removed).toEqual(['tEXt', '8 bytes after its end']);
    expect(Buffer.from(read.bytes).includes('Jane')).toBe(false);
    expect(read.picture).toEqual(phantom(1));

    const jpeg = await encodeJpeg(phantom(1), 90);
    const comment = Buffer.from([0xff, 0xfe, 0, 10, ...Buffer.from('Jane Roe')]);
    const withComment = await readSubmittedFile(Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]), 'a.jpg');
    expect(withComment.removed).toContain('comment');
    expect(withComment.picture).toEqual(await decodePicture(jpeg));
    expect(Buffer.from(withComment.bytes).includes('Jane')).toBe(false);
  });

  it('keeps the Hounsfield units and the window of a DICOM slice, and nothing that identifies', async () => {
    const bytes = dicom({ '00080080': { vr: 'LO', Value: ['General Hospital'] }, '00281050': { vr: 'DS', Value: ['-500'] }, '00281051': { vr: 'DS', Value: ['1400'] }, '00091001': { vr: 'LO', Value: ['private'] }, '00204000': { vr: 'LT', Value: ['Jane Roe'] } });
    const read = await readSubmittedFile(bytes, 'a.dcm');
    expect(read.identities).toEqual([]);
    expect(read.removed).toEqual(expect.arrayContaining(['InstitutionName', '(0009,1001)', 'ImageComments']));
    expect(read.hounsfield?.window).toEqual({ level: -500, width: 1400 });
    const kept = dicomSlice(parseDicom(read.hounsfield?.bytes ?? new Uint8Array(), 'kept'));
    expect(kept.units).toEqual(dicomSlice(parseDicom(bytes, 'given')).units);
    expect(Buffer.from(read.hounsfield?.bytes ?? []).includes('Hospital')).toBe(false);
    expect(Buffer.from(read.hounsfield?.bytes ?? []).includes('Jane')).toBe(false);
    // Read again, as whoever receives it does, it is the same.
    const again = await readSubmittedFile(read.hounsfield?.bytes ?? new Uint8Array(), 'b.dcm');
    expect(sha256(again.bytes)).toBe(sha256(read.bytes));
    expect(again.identities).toEqual([]);
  });

  it.each([
    ['Jane Roe', { '00100010': { vr: 'PN', Value: ['Roe^Jane'] } }, ['PatientName']],
    ['a birth date', { '00100030': { vr: 'DA', Value: ['19600101'] } }, ['PatientBirthDate']],
    ['a hospital’s number', { '00100020': { vr: 'LO', Value: ['48213377'] } }, ['PatientID']],
    ['a name in a sequence', { '00101002': { vr: 'SQ', Value: [{ '00100020': { vr: 'LO', Value: ['48213377'] } }] } }, ['PatientID']],
    ['a pseudonym, identities not said to be removed', { '00100020': { vr: 'LO', Value: ['case-0017'] } }, ['PatientID']],
    ['a pseudonym, identities said to be removed', { '00100020': { vr: 'LO', Value: ['case-0017'] }, '00120062': { vr: 'CS', Value: ['YES'] } }, []],
    ['nothing', { '00100010': undefined, '00100020': undefined }, []],
    ['Anonymous', { '00100010': { vr: 'PN', Value: ['Anonymous'] } }, []],
  ])('tells who the patient is by %s', async (_, changes, expected) => {
    expect((await readSubmittedFile(dicom(changes), 'a.dcm')).identities.map(({ keyword }) => keyword)).toEqual(expected);
  });

  it.each([
    ['text', Buffer.from('no picture')],
    ['a PNG that is cut short', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48])],
    ['a JPEG that is cut short', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2])],
  ])('is refused as %s', async (_, bytes) => {
    await expect(readSubmittedFile(bytes, 'x')).rejects.toMatchObject({ code: 'BAD_IMAGE' });
  });

  it('decodes a DICOM slice that is compressed without loss, and keeps nothing of its coding', async () => {
    const file = data.DicomMessage.readFile(new Uint8Array(dicom()).buffer);
    const samples = new Uint8Array(file.dict['7FE00010']?.Value?.[0] as ArrayBuffer);
    const { JpegLSEncoder } = await (await import('@cornerstonejs/codec-charls/wasmjs')).default({ print: () => {}, printErr: () => {} });
    const encoder = new JpegLSEncoder();
    const { units, columns, rows } = dicomSlice(parseDicom(dicom(), 'plain'));
    encoder.getDecodedBuffer({ width: columns, height: rows, bitsPerSample: 16, componentCount: 1 }).set(samples);
    encoder.encode();
    const coded = Buffer.from(encoder.getEncodedBuffer());
    encoder.delete();
    // A comment behind the start of the image (ISO 10918-1, B.2.4.5): two bytes of length, then anything.
    const named = Buffer.concat([coded.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 10]), Buffer.from('Jane Roe'), coded.subarray(2)]);
    file.meta['00020010'] = { vr: 'UI', Value: ['1.2.840.10008.1.2.4.80'] };
    file.dict['7FE00010'] = { vr: 'OB', Value: [new Uint8Array(named.length % 2 === 0 ? named : Buffer.concat([named, Buffer.alloc(1)])).buffer] };
    const sent = new Uint8Array(file.write());
    expect(Buffer.from(sent).includes('Jane')).toBe(true);
    const read = await readSubmittedFile(sent, 'x.dcm');
    expect(read.picture).toEqual((await readSubmittedFile(dicom(), 'plain.dcm')).picture);
    expect(dicomSlice(parseDicom(read.hounsfield?.bytes ?? new Uint8Array(), 'kept')).units).toEqual(units);
    expect(Buffer.from(read.hounsfield?.bytes ?? []).includes('Jane')).toBe(false);
  });

  it('says of a DICOM slice whose coded pixels are broken, or of another coding, that it cannot be read', async () => {
    for (const syntax of ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.50']) {
      const file = data.DicomMessage.readFile(new Uint8Array(dicom()).buffer);
      file.meta['00020010'] = { vr: 'UI', Value: [syntax] };
      await expect(readSubmittedFile(new Uint8Array(file.write()), 'x.dcm')).rejects.toMatchObject({ code: 'BAD_IMAGE' });
    }
  });
});

describe('the checks', () => {
  it('find nothing wrong with a complete case', async () => {
    expect(await check(submission(), await encodePng(phantom(2)))).toEqual([]);
    expect(await check(submission({ doi: null, unpublished: true, source: 'a hospital' }), await encodePng(phantom(2)))).toEqual([]);
    expect(await check(submission(), dicom())).toEqual([]);
  });

  it.each([
    ['a missing caption', { caption: null }, 'CAPTION_MISSING'],
    ['an empty patient', { patient: '' }, 'PATIENT_MISSING'],
    ['no DOI', { doi: null }, 'DOI_MISSING'],
    ['no paper and no source', { doi: null, unpublished: true }, 'DOI_MISSING'],
    ['a known DOI', { doi: '10.1000/KNOWN' }, 'DOI_KNOWN'],
    ['a preprint with a version', { doi: '10.1101/2020.02.11.20021493v2' }, 'DOI_KNOWN'],
    ['a journal version of a known preprint', { samePaper: ['10.1101/2020.02.11.20021493'] }, 'DOI_KNOWN'],
    ['a retracted paper', { doi: '10.1000/retracted' }, 'DOI_RETRACTED'],
  ] satisfies readonly (readonly [string, Partial<Submission['cases'][number]>, string])[])('refuse %s', async (_, overrides, code) => {
    if (code === 'DOI_RETRACTED') await recordRetraction(store.db, '10.1000/Retracted', { ...actor, why: 'by its authors' });
    expect(await check(submission(overrides), await encodePng(phantom(2)), ['10.1000/known', '10.1101/2020.02.11.20021493'])).toEqual([code]);
  });

  it('refuse what is not attested, files that name patients or say that text is burned in, colours, and tiny pictures', async () => {
    const png = await encodePng(phantom(2));
    expect(await check(submission({}, { deidentified: false }), png)).toEqual(['ATTESTATION_MISSING']);
    expect(await check(submission({}, { rights: '' }), png)).toEqual(['ATTESTATION_MISSING']);
    expect(await check(submission(), dicom({ '00100010': { vr: 'PN', Value: ['Roe^Jane'] } }))).toEqual(['IDENTIFIED']);
    expect(await check(submission(), dicom({ '00280301': { vr: 'CS', Value: ['YES'] } }))).toEqual(['BURNED_IN_TEXT']);
    const named = [...'FRED CARDEL'].reduce((picture, letter, i) => (letter === ' ' ? picture : drawLetter(picture, letter, [8 + 14 * i, 10], 2, [255])), phantom(2));
    expect(await check(submission(), await encodePng(named))).toEqual(['BURNED_IN_TEXT']);
    expect(await check(submission({ writing: 'made up' }), await encodePng(named))).toEqual([]);
    expect(await check(submission(), await encodePng({ width: 120, height: 120, channels: 3, data: new Uint8Array(120 * 120 * 3).map((_, i) => (i % 3 === 0 ? 200 : 20)) }))).toEqual(['NO_CT']);
    expect(await check(submission({ writing: 'nothing' }), await encodePng(drawPhantom({ patient: 2, lesions: 'none', width: 60, height: 60 })))).toEqual(['TOO_SMALL']);
    expect(await check(submission(), Buffer.from('nothing'))).toEqual(['UNREADABLE']);
  });

  it('say of each what to do, and never repeat a name', async () => {
    const { refusals } = await checkSubmission(submission({ caption: null }), () => Promise.resolve(dicom({ '00100010': { vr: 'PN', Value: ['Roe^Jane'] } })), await context());
    expect(refusals.map(({ hint }) => hint.length > 20)).toEqual([true, true]);
    expect(JSON.stringify(refusals)).not.toContain('Roe');
  });
});

describe('a bundle', () => {
  it('goes by zip or by mail to another machine, and comes to the same candidates once', async () => {
    const given = submission({ samePaper: ['10.1101/2020.03.03.20030003'] });
    const png = await encodePng(phantom(5));
    const { cases } = await checkSubmission({ ...given, cases: [...given.cases, ...submission({ file: 'Jane Roe.dcm', patient: 'p2' }).cases] }, (file) => Promise.resolve(file === 'a.png' ? png : dicom()), await context());
    const bundle = bundleOf({ ...given, cases: cases.map((one) => one.given) }, cases);
    const zip = join(folder, 'bundle.zip');
    await writeBundle(zip, bundle);
    const bytes = await readFile(zip);
    await writeBundle(zip, bundle);
    expect(sha256(await readFile(zip))).toBe(sha256(bytes));
    expect(bytes.includes('Jane')).toBe(false);
    const id = submissionId(bundle);
    const eml = join(folder, 'message.eml');
    await writeFile(eml, await composeMessage(bundle.submission, id, bytes, 'jiz077@eng.ucsd.edu', when));
    expect(await readFile(eml, 'utf8')).toMatch(/^To: jiz077@eng\.ucsd\.edu$/m);
    expect(sha256(await bundleInMessage(eml))).toBe(sha256(bytes));

    const read = await readBundle(zip);
    expect(submissionId(read)).toBe(id);
    const receipt = await receiveSubmission(store, read, await context(), actor);
    expect(receipt).toMatchObject({ submission: id, state: 'under review', images: [{ file: 'images/001.png', state: 'proposed' }, { file: 'images/002.dcm', state: 'proposed' }] });
    expect(await receiveSubmission(store, read, await context(), actor)).toEqual(receipt);
    const candidates = await listCandidates(store.db, { submission: id });
    expect(candidates.map(({ record }) => [record.name, record.hounsfield === null])).toEqual([['10.1000_xyz123%0.png', true], ['10.1000_xyz123%1.png', false]]);
    expect(await store.workspace.objects.has(candidates[1]?.record.hounsfield?.sha256 ?? '')).toBe(true);

    // What was given once, also under other words, is a duplicate; and the preprint that it named is the same paper.
    expect(await check(submission({ doi: '10.1000/other' }), png)).toEqual(['DUPLICATE']);
    expect(await check(submission({ doi: '10.1000/other' }), await encodeJpeg(phantom(5), 80))).toEqual(['DUPLICATE']);
    expect(await check(submission({ doi: '10.1101/2020.03.03.20030003' }), await encodePng(phantom(6)), ['10.1000/xyz123'])).toEqual(['DOI_KNOWN']);

    await decideCandidate(store, candidates[0]?.id ?? '', 'accepted', actor);
    await decideCandidate(store, candidates[1]?.id ?? '', 'rejected', { ...actor, why: 'too noisy' });
    expect(await receiptOf(store.db, id)).toMatchObject({ state: 'partly accepted', images: [{ state: 'accepted' }, { state: 'rejected', why: 'too noisy' }] });
    expect(await withdrawSubmission(store, id, { ...actor, why: 'consent withdrawn' })).toMatchObject({ state: 'withdrawn' });
    expect(await getCandidate(store.db, candidates[0]?.id ?? '')).toMatchObject({ state: 'withdrawn' });
  });

  it('is refused with a receipt that says why, and taken when that has changed', async () => {
    const given = submission({ doi: '10.1000/later' });
    const png = await encodePng(phantom(9));
    const bundle = { submission: given, files: new Map([['a.png', png]]) };
    const refused = await receiveSubmission(store, bundle, await context(['10.1000/later']), actor);
    expect(refused).toMatchObject({ state: 'refused', refusals: [{ hint: expect.any(String) }], images: [{ candidate: null }] });
    expect(await receiptOf(store.db, refused.submission)).toEqual(refused);
    expect(await receiveSubmission(store, bundle, await context(), actor)).toMatchObject({ submission: refused.submission, state: 'under review' });
    await expect(receiptOf(store.db, 's-000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that is none is told', async () => {
    await expect(readBundle(join(folder, 'nix.zip'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await writeFile(join(folder, 'text.eml'), 'Subject: hello\n\nno bundle');
    await expect(bundleInMessage(join(folder, 'text.eml'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await writeFile(join(folder, 'deep.eml'), `MIME-Version: 1.0\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(200_000)}`);
    await expect(bundleInMessage(join(folder, 'deep.eml'))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(() => parseSubmission('{"format":"covid-ct submission 1","cases":[]}', 'x')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => parseSubmission('{', 'x')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
