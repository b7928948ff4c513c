import { gzipSync } from 'node:zlib';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CovidCtError, createRandom } from '../../base/index.ts';
import { lungWindow } from '../window.ts';
import { dicomOfSlice, dicomSlice, openVolume, parseDicom, readNifti, volumeOfSlices } from './node.ts';
import { drawPhantomVolume, sliceUnits, windowSlice, type Volume } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-volumes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const volume = drawPhantomVolume({ patient: 1, lesions: 'opacities', slices: 5, width: 64, height: 48 });
const sliceOf = (k: number) => dicomSlice(parseDicom(dicomOfSlice(volume, k, 7), `${k}.dcm`));

/** A NIfTI-1 file (16 bits) of the volume, written with its axes turned. */
function niftiOf({ columns, rows, slices, spacing, units }: Volume, flips: readonly [boolean, boolean, boolean], swap = false): Uint8Array {
  // File axes: i along columns, j along rows, k along slices, each against the world axis unless flipped; swap: i and j.
  const sizes = swap ? [rows, columns, slices] : [columns, rows, slices];
  const file = new Uint8Array(352 + 2 * units.length);
  const view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  [3, ...sizes, 1, 1, 1, 1].forEach((size, i) => view.setInt16(40 + 2 * i, size, true));
  view.setInt16(70, 4, true);
  view.setInt16(72, 16, true);
  view.setFloat32(108, 352, true);
  view.setFloat32(112, 1, true);
  view.setFloat32(116, -1024, true);
  view.setInt16(254, 1, true);
  const direction = (axis: number): number => (flips[axis] === true ? 1 : -1) * (spacing[axis] ?? 1);
  const affine = [[direction(0), 0, 0, 5], [0, direction(1), 0, 6], [0, 0, direction(2), 7]];
  affine.forEach((row, r) => row.forEach((value, c) => view.setFloat32(280 + 16 * r + 4 * (swap && c < 2 ? 1 - c : c), value, true)));
  file.set([0x6e, 0x2b, 0x31, 0], 344);
  let at = 352;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < (sizes[1] ?? 0); j++) {
      for (let i = 0; i < (sizes[0] ?? 0); i++) {
        const [x, y] = swap ? [j, i] : [i, j];
        const [column, row, slice] = [flips[0] ? columns - 1 - x : x, flips[1] ? rows - 1 - y : y, flips[2] ? slices - 1 - k : k];
        view.setInt16(at, (units[(slice * rows + row) * columns + column] ?? 0) + 1024, true);
        at += 2;
      }
    }
  }
  return file;
}

describe('a DICOM series', () => {
  it('keeps every Hounsfield unit, spacing and order, whatever the order of its files', () => {
    const read = volumeOfSlices(createRandom(1).shuffle([0, 1, 2, 3, 4]).map(sliceOf));
    expect(read.units).toEqual(volume.units);
    expect([read.columns, read.rows, read.slices]).toEqual([volume.columns, volume.rows, 5]);
    expect(read.spacing).toEqual(volume.spacing.map((value) => expect.closeTo(value, 5)));
  });
  it('opens from a folder, beside other files', async () => {
    for (let k = 0; k < 5; k++) await writeFile(join(folder, `IM${9 - k}`), dicomOfSlice(volume, k, 7));
    await writeFile(join(folder, 'README.txt'), 'not a slice');
    expect((await openVolume(folder)).units).toEqual(volume.units);
  });
  it('refuses doubles, gaps, several series and sizes', () => {
    expect(() => volumeOfSlices([0, 1, 1, 2].map(sliceOf))).toThrow('lie at the same place');
    expect(() => volumeOfSlices([0, 1, 2, 4].map(sliceOf))).toThrow('slices are missing: 10.0 mm, where 5.0 mm is usual');
    expect(() => volumeOfSlices([sliceOf(0), dicomSlice(parseDicom(dicomOfSlice(volume, 1, 8), 'b'))])).toThrow('2 series');
    expect(() => volumeOfSlices([])).toThrow('no DICOM slice');
  });
  it('tells what a file says of its patient', () => {
    const elements = parseDicom(dicomOfSlice(volume, 0, 7), 'a').elements();
    expect(elements.find(({ tag }) => tag === '00100010')).toMatchObject({ keyword: 'PatientName', vr: 'PN', text: 'Synthetic^Phantom' });
    expect(elements.find(({ tag }) => tag === '7FE00010')).toMatchObject({ keyword: 'PixelData', text: undefined });
  });
  it('refuses what is cut, no DICOM or no CT, by an error with a hint', () => {
    const bytes = dicomOfSlice(volume, 0, 7);
    expect(() => parseDicom(bytes.subarray(0, 100), 'a')).toThrow('DICM');
    expect(() => dicomSlice(parseDicom(bytes.subarray(0, bytes.length - 1000), 'a'))).toThrow(/cut short|cannot be read/);
    const magnetic = bytes.slice();
    const at = Buffer.from(magnetic).indexOf('CT', Buffer.from(magnetic).indexOf('AXIAL'));
    magnetic.set([0x4d, 0x52], at);
    expect(() => dicomSlice(parseDicom(magnetic, 'a'))).toThrow('modality is MR');
  });
  it('refuses an element that claims to be larger than the file, without taking memory for it', () => {
    const bytes = dicomOfSlice(volume, 0, 7);
    // (0002,0003), read as of unknown kind, has a length of four bytes: the first of its own text, 892 million.
    const element = Buffer.from(bytes).indexOf(Buffer.from([0x02, 0x00, 0x03, 0x00]));
    bytes.set([0x55, 0x4e], element + 4);
    const before = process.memoryUsage().rss;
    expect(() => parseDicom(bytes, 'a')).toThrow('ends after the file does');
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });
  it('survives 300 files with something wrong in them', () => {
    const random = createRandom(3);
    const bytes = dicomOfSlice(volume, 0, 7);
    const read = (file: Uint8Array): unknown => {
      try {
        return dicomSlice(parseDicom(file, 'broken'));
      } catch (error) {
        return error;
      }
    };
    for (let i = 0; i < 300; i++) {
      const broken = random.integer(0, 3) === 0 ? bytes.slice(0, random.integer(0, bytes.length)) : bytes.slice();
      for (let k = random.integer(1, 8); k > 0; k--) broken[random.integer(128, Math.min(900, broken.length))] = random.integer(0, 255);
      // A slice, or our own error that names the file: no other.
      expect(read(broken), `file ${i}`).toMatchObject({ name: expect.stringMatching(/^(broken|CovidCtError)$/) });
    }
  });
});

describe('a NIfTI volume', () => {
  const flips = [false, true].flatMap((a) => [false, true].flatMap((b) => [false, true].map((c) => [a, b, c] as const)));
  it.each(flips)('is turned to face the reader, flipped %j %j %j', async (...flip) => {
    for (const swap of [false, true]) {
      const read = await readNifti(niftiOf(volume, flip, swap), 'a.nii');
      expect(read.units).toEqual(volume.units);
      expect(read.spacing).toEqual(volume.spacing.map((value) => expect.closeTo(value, 4)));
    }
  });
  it('is read gzipped, and refused where it is cut, a mask, or none', async () => {
    const file = niftiOf(volume, [false, false, false]);
    expect((await readNifti(gzipSync(file), 'a.nii.gz')).units).toEqual(volume.units);
    await expect(readNifti(file.slice(0, 2000), 'a.nii')).rejects.toMatchObject({ code: 'BAD_IMAGE' });
    await expect(readNifti(niftiOf({ ...volume, units: volume.units.map((units) => Math.max(0, units)) }, [false, false, false]), 'mask')).rejects.toThrow('lowest value is 0');
    await expect(readNifti(Buffer.from('GIF89a'), 'a.gif')).rejects.toMatchObject({ code: 'BAD_IMAGE' });
    // A few hundred kilobytes that unpack to more than their header says.
    await expect(readNifti(gzipSync(Buffer.concat([file, Buffer.alloc(100_000_000)]), { level: 1 }), 'bomb')).rejects.toMatchObject({ code: 'BAD_IMAGE' });
    const huge = file.slice();
    new DataView(huge.buffer).setInt16(42, 32_000, true);
    new DataView(huge.buffer).setInt16(44, 32_000, true);
    await expect(readNifti(huge, 'huge')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('NIfTI files with something wrong in them', () => {
  it('are read, or refused by an error that names the file, 600 of them', { timeout: 120_000 }, async () => {
    const random = createRandom(5);
    const bytes = niftiOf(volume, [false, false, false]);
    for (let i = 0; i < 600; i++) {
      const broken = random.integer(0, 3) === 0 ? bytes.slice(0, random.integer(0, bytes.length)) : bytes.slice();
      for (let k = random.integer(1, 4); k > 0; k--) {
        const at = random.integer(0, Math.min(356, broken.length - 1));
        const wrong = random.integer(0, 1) === 0 ? [random.integer(0, 255)] : [[255, 255, 255, 255], [0, 0, 0, 0], [0, 0, 128, 127], [255, 255, 255, 127]][random.integer(0, 3)];
        broken.set((wrong ?? []).slice(0, Math.max(0, broken.length - at)), at);
      }
      const file = random.integer(0, 2) === 0 ? gzipSync(broken) : broken;
      const read = await readNifti(new Uint8Array(file), 'broken').catch((error: unknown) => error);
      expect(read, `file ${i}`).toSatisfy((found: unknown) => (found instanceof CovidCtError ? found.message.startsWith('broken') : typeof found === 'object' && found !== null && 'units' in found));
    }
  });
});

describe('a slice under a window', () => {
  it('is black below, white above, and linear between', () => {
    const picture = windowSlice(volume, 2, lungWindow);
    const units = sliceUnits(volume, 2);
    expect(picture).toMatchObject({ width: volume.columns, height: volume.rows, channels: 1 });
    picture.data.forEach((gray, i) => expect(gray).toBe(Math.round(Math.min(255, Math.max(0, (((units[i] ?? 0) + 1350) / 1500) * 255)))));
  });
});
