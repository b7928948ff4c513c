import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVolume } from '../../src/imaging/node.ts';

const python = process.env['COVID_CT_PYTHON'] ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('write_volumes.py', import.meta.url));

describe('volumes that pydicom and nibabel wrote', () => {
  let folder: string;
  let units: Int16Array;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-volumes-'));
    await promisify(execFile)(python, [script, folder]);
    units = new Int16Array(new Uint8Array(await readFile(join(folder, 'units.raw'))).buffer);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['implicit', 'explicit', 'big-endian', 'rle', 'ras.nii.gz', 'lps.nii', 'las.nii', 'pir.nii', 'sal.nii', 'float.nii'])('%s: the very Hounsfield units, from head to feet', async (name) => {
    const volume = await openVolume(join(folder, name));
    expect([volume.columns, volume.rows, volume.slices]).toEqual([56, 40, 6]);
    expect(volume.spacing).toEqual([0.8, 0.7, 2.5].map((value) => expect.closeTo(value, 5)));
    expect(Buffer.from(volume.units.buffer).equals(Buffer.from(units.buffer))).toBe(true);
  });
});
