import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CovidCtError, noProgress, type Progress } from '../../base/index.ts';
import { decompressDicom } from './dicom-decompress.ts';
import { isDicom, parseDicom } from './dicom-file.ts';
import { volumeOfSlices } from './dicom-series.ts';
import { dicomSlice, type DicomSlice } from './dicom-slice.ts';
import { readNifti } from './nifti.ts';
import type { Volume } from './volume.ts';

/** No CT slice is as large; a file above it is not read. */
const mostSliceBytes = 64 * 1024 * 1024;
const mostNiftiBytes = 4 * 1024 ** 3;
/** Files read ahead while others are parsed. */
const readAhead = 8;

async function readSlices(folder: string, names: readonly string[], progress: Progress): Promise<DicomSlice[]> {
  const slices: DicomSlice[] = [];
  for (let start = 0; start < names.length; start += readAhead) {
    const files = await Promise.all(
      names.slice(start, start + readAhead).map(async (name) => {
        const path = join(folder, name);
        const { size } = await stat(path);
        if (size > mostSliceBytes) throw new CovidCtError('LIMIT_EXCEEDED', `${name} is ${size.toLocaleString('en')} bytes, and no CT slice is above ${mostSliceBytes.toLocaleString('en')}.`);
        return { name, bytes: await readFile(path) };
      }),
    );
    // Some exports put an index (DICOMDIR) or a note beside the slices.
    for (const { name, bytes } of files) if (isDicom(bytes) && name !== 'DICOMDIR') slices.push(dicomSlice(await decompressDicom(parseDicom(bytes, name))));
    progress({ label: 'Reading slices', done: Math.min(names.length, start + readAhead), total: names.length });
  }
  return slices;
}

/**
 * Opens a volume in Hounsfield units: a folder with one DICOM series, one file a slice; or a NIfTI file.
 * @throws CovidCtError NOT_FOUND, BAD_IMAGE or BAD_INPUT for what is no such thing, LIMIT_EXCEEDED
 */
export async function openVolume(path: string, progress: Progress = noProgress): Promise<Volume> {
  const found = await stat(path);
  if (found.isDirectory()) {
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
    const slices = await readSlices(path, names.toSorted(), progress);
    if (slices.length === 0) throw new CovidCtError('BAD_INPUT', `${path} holds no DICOM file.`, { hint: 'Name a folder with the slices of one series, or a .nii.gz file.' });
    return volumeOfSlices(slices);
  }
  if (found.size > mostNiftiBytes) throw new CovidCtError('LIMIT_EXCEEDED', `${path} is larger than 4 GB.`);
  const bytes = await readFile(path);
  return isDicom(bytes) ? volumeOfSlices([dicomSlice(await decompressDicom(parseDicom(bytes, basename(path))))]) : readNifti(bytes, basename(path));
}
