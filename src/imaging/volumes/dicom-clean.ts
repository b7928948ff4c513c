import { data } from 'dcmjs';
import { badDicom, type DicomFile } from './dicom-file.ts';

const { DicomDict, DicomMessage } = data;

/**
 * What a CT slice keeps when it is cleaned: what its pixels mean and how they were made. Everything else goes, whatever it is called:
 * a list of what may stay cannot forget a name (compare PS3.15, annex E, which lists what must go).
 */
const kept: readonly string[] = [
  '00080008', '00080016', '00080060', // image type, SOP class, modality
  '00180050', '00180060', '00180088', '00181100', '00181120', '00181150', '00181151', '00181152', '00181210', // slice, kVp, spacing, field, tilt, exposure, kernel
  '00200032', '00200037', '00201041', // place and orientation
  '00280002', '00280004', '00280010', '00280011', '00280030', '00280034', '00280100', '00280101', '00280102', '00280103', '00280120',
  '00281050', '00281051', '00281052', '00281053', '00281054', // window, slope, intercept, units
  '7FE00010',
];

/** Identifiers that must be there, and say nothing: made from the number given. */
const identifier = (hash: string, part: number): string => `2.25.${BigInt(`0x${hash.slice(0, 24)}`) * 10n + BigInt(part)}`;

/**
 * A CT slice with its pixels and what they mean, and nothing else; its identifiers are made anew from a hash.
 * @param hash of the file, in hexadecimal: the same file always gives the same bytes
 * @param decoded the file with its pixels decoded, where they were coded (`decompressDicom`): what coded pixels carry besides, as comments, goes, too
 * @throws CovidCtError BAD_IMAGE
 */
export function cleanDicom(bytes: Uint8Array, name: string, hash: string, decoded?: DicomFile): Uint8Array {
  try {
    const file = DicomMessage.readFile(new Uint8Array(bytes).buffer);
    const syntax = decoded === undefined ? file.meta['00020010'] : { vr: 'UI', Value: [decoded.transferSyntax] };
    const storage = file.dict['00080016'] ?? { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] };
    const instance = { vr: 'UI', Value: [identifier(hash, 1)] };
    const clean = new DicomDict({
      '00020002': storage,
      '00020003': instance,
      '00020010': syntax ?? { vr: 'UI', Value: ['1.2.840.10008.1.2'] },
      '00020012': { vr: 'UI', Value: ['2.25.746032'] },
    });
    const added = {
      '00080018': instance,
      '00100010': { vr: 'PN', Value: [] },
      '00100020': { vr: 'LO', Value: [] },
      '00120062': { vr: 'CS', Value: ['YES'] }, // PatientIdentityRemoved
      '00120063': { vr: 'LO', Value: ['all but a list of technical elements removed'] },
      '0020000D': { vr: 'UI', Value: [identifier(hash, 2)] },
      '0020000E': { vr: 'UI', Value: [identifier(hash, 3)] },
    };
    const elements = { ...Object.fromEntries(kept.flatMap((tag) => (file.dict[tag] === undefined ? [] : [[tag, file.dict[tag]]]))), ...added, ...(decoded === undefined ? {} : { '7FE00010': { vr: 'OW', Value: [...decoded.pixels] } }) };
    clean.dict = Object.fromEntries(Object.entries(elements).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return new Uint8Array(clean.write());
  } catch (error) {
    throw badDicom(name, `a DICOM file that cannot be written without its identifying elements: ${error instanceof Error ? error.message : String(error)}`, undefined, error);
  }
}
