import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { madeRelease } from '../../tests/support/made-release.ts';
import { auditJsonSchema, auditRelease, compareNatural, defectCodes, nameImages, toAuditDocument } from './index.ts';
import { createPictureCache, packPicture, unpackPicture } from './picture-cache.ts';

const leaking = madeRelease([
  { name: 'a.png', split: 'train', patient: 'Patient 1', paper: '10.1101/one', figure: 'one-p1-2' },
  { name: 'b.png', split: 'test', patient: 'Patient 1', paper: '10.1101/one', figure: 'one-p1-2' },
  { name: 'c.png', split: 'val', patient: 'Patient 2', paper: '10.1101/two' },
]);

describe('auditRelease', () => {
  it('runs the checks asked for, and gives their defects', async () => {
    const audit = await auditRelease(leaking, { checks: ['leakage'] });
    expect(audit.checks.map((check) => check.check)).toEqual(['leakage']);
    expect(audit.defects.map((defect) => defect.code)).toEqual(['PATIENT_ACROSS_SPLITS', 'PAPER_ACROSS_SPLITS', 'FIGURE_ACROSS_SPLITS']);
    expect(audit.defects[0]).toMatchObject({
      images: ['a.png', 'b.png'],
      patients: ['Patient 1'],
      papers: ['10.1101/one'],
      evidence: 'Patient 1 has 1 in train, 1 in test.',
    });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(auditRelease(leaking, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('gives a document that the published schema takes', async () => {
    const published: unknown = JSON.parse(await readFile(new URL('../../docs/schemas/audit.schema.json', import.meta.url), 'utf8'));
    // Where it differs: npm run schemas.
    expect(published).toEqual(JSON.parse(JSON.stringify(auditJsonSchema())));
    const validate = new Ajv2020({ strict: false }).compile(auditJsonSchema());
    const document: unknown = JSON.parse(JSON.stringify(toAuditDocument(await auditRelease(leaking), '0.0.0')));
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...(document as object), defects: [{ code: 'NO_SUCH_CODE' }] })).toBe(false);
  });
});

describe('names', () => {
  it('are ids only where two labels share a name', () => {
    const release = madeRelease([{ name: 'x.png' }, { name: 'x.png', label: 'NonCOVID' }, { name: 'y.png' }]);
    expect(release.images.map(nameImages(release.images))).toEqual(['COVID/x.png', 'y.png', 'NonCOVID/x.png']);
  });
  it('are in the order people expect', () => {
    expect(['Patient 10', 'Patient 9', 'patient 9'].toSorted(compareNatural)).toEqual(['patient 9', 'Patient 9', 'Patient 10']);
  });
});

describe('the table of codes', () => {
  it('has upper-case codes and one-line meanings', () => {
    for (const [code, { meaning }] of Object.entries(defectCodes)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].{20,120}\.$/);
    }
  });
});

describe('the picture cache', () => {
  it.each([
    { channels: 3, data: [5, 5, 5, 9, 9, 9], kept: 1 },
    { channels: 4, data: [5, 5, 5, 255, 9, 9, 9, 255], kept: 1 },
    { channels: 4, data: [5, 5, 5, 255, 9, 9, 9, 254], kept: 4 },
    { channels: 3, data: [5, 5, 5, 9, 9, 8], kept: 3 },
    { channels: 1, data: [5, 9], kept: 1 },
  ] as const)('keeps $kept of $channels channels of $data, and gives all of them back', ({ channels, data, kept }) => {
    const picture = { width: 2, height: 1, channels, data: Uint8Array.from(data) };
    const packed = packPicture(picture);
    expect(packed.packedChannels).toBe(kept);
    expect(unpackPicture(packed)).toEqual(picture);
  });
  it('decodes each picture once within its budget', async () => {
    const release = madeRelease([{ name: 'a.png' }, { name: 'b.png', picture: undefined }]);
    let decoded = 0;
    const counting = { ...release, picture: (image: (typeof release.images)[number]) => ((decoded += 1), release.picture(image)) };
    const cache = createPictureCache(counting);
    for (const image of [...release.images, ...release.images]) await cache.read(image);
    expect(decoded).toBe(2);
    const none = createPictureCache(counting, 0);
    for (const image of [...release.images, ...release.images]) await none.read(image);
    // The readable one twice; the unreadable one's error is kept.
    expect(decoded).toBe(5);
  });
});
