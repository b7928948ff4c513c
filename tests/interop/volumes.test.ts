import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CovidCtError, createRandom } from '../../src/base/index.ts';
import { openVolume } from '../../src/imaging/node.ts';

const python = process.env['COVID_CT_PYTHON'] ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('write_volumes.py', import.meta.url));

describe('volumes that pydicom, GDCM and nibabel wrote', () => {
  let folder: string;
  let units: Int16Array;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-volumes-'));
    await promisify(execFile)(python, [script, folder]);
    units = new Int16Array(new Uint8Array(await readFile(join(folder, 'units.raw'))).buffer);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['implicit', 'explicit', 'big-endian', 'rle', 'jpeg-lossless', 'jpeg-lossless-signed', 'jpeg-ls', 'jpeg-ls-signed', 'jpeg-2000', 'jpeg-2000-signed', 'ras.nii.gz', 'lps.nii', 'las.nii', 'pir.nii', 'sal.nii', 'float.nii'])('%s: the very Hounsfield units, from head to feet', async (name) => {
    const volume = await openVolume(join(folder, name));
    expect([volume.columns, volume.rows, volume.slices]).toEqual([56, 40, 6]);
    expect(volume.spacing).toEqual([0.8, 0.7, 2.5].map((value) => expect.closeTo(value, 5)));
    expect(Buffer.from(volume.units.buffer).equals(Buffer.from(units.buffer))).toBe(true);
  });

  it.each(['jpeg-lossless', 'jpeg-ls', 'jpeg-2000'])('%s: changed bytes get a clear refusal or a picture of the right size, and the next series is read', async (name) => {
    const [first = ''] = await readdir(join(folder, name));
    const bytes = await readFile(join(folder, name, first));
    const random = createRandom(6);
    for (let i = 0; i < 20; i++) {
      const changed = Uint8Array.from(bytes);
      // The pixels are the last element, and are changed alone.
      for (let k = 0; k < 4; k++) changed[changed.length - 1 - random.integer(0, 3000)] = random.integer(0, 255);
      const path = join(folder, 'changed.dcm');
      await writeFile(path, changed);
      const outcome = await openVolume(path).then(({ columns }) => columns, (error: unknown) => error);
      expect(outcome instanceof CovidCtError ? outcome.code : outcome).toBeOneOf([56, 'BAD_IMAGE', 'BAD_INPUT']);
    }
    expect((await openVolume(join(folder, name))).units).toEqual(units);
  });
});
