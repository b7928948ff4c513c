import type { DicomFile } from '../../imaging/node.ts';

/**
 * Elements that say who a patient is, by keyword (PS3.6). A file in which one of them is filled was not de-identified, so that nobody
 * can say what else it tells, in its pixels for instance.
 */
const telling: readonly string[] = [
  'PatientName', 'PatientID', 'PatientBirthDate', 'PatientBirthTime', 'PatientBirthName', 'PatientMotherBirthName', 'OtherPatientNames', 'OtherPatientIDs', 'PatientAddress',
  'PatientTelephoneNumbers', 'PatientTelecomInformation', 'PatientInsurancePlanCodeSequence', 'MedicalRecordLocator', 'MilitaryRank', 'ResponsiblePerson', 'IssuerOfPatientID',
  'ReferringPhysicianName', 'ReferringPhysicianAddress', 'ReferringPhysicianTelephoneNumbers', 'PersonName', 'PersonAddress', 'PersonTelephoneNumbers',
];

/** What stands in such elements when somebody has de-identified the file: nothing that is a name. */
const placeholder = /^[\s^=*#x0-]*$|^anon(?:ym\w*)?\b|^unknown\b|^removed\b|^de-?identified\b|\bphantom$|^synthetic\b|^no[ _^-]?name$|^none$|^n\/?a$/i;

/** A number as data sets give: `LIDC-IDRI-0001`, `case_17`; told by the file itself to be no patient's own. */
const pseudonym = /^[A-Za-z][A-Za-z_-]*[ _^-]?\d{1,6}$/;

/** Something in a file that tells, or may tell, who the patient is. The value itself is not repeated: it would end up in logs. */
export interface Identity {
  readonly tag: string;
  readonly keyword: string;
}

/**
 * Elements of a DICOM file that say who the patient is. Pseudonyms pass where the file says that identities were removed
 * (PatientIdentityRemoved) and look like one.
 */
export function identitiesIn(file: DicomFile): Identity[] {
  const removed = /^yes$/i.test(file.text('00120062'));
  return file.elements().flatMap(({ tag, keyword, text }) => {
    if (keyword === undefined || !telling.includes(keyword) || text === undefined) return [];
    const value = text.trim();
    if (placeholder.test(value) || (removed && pseudonym.test(value))) return [];
    return [{ tag: `(${tag.slice(0, 4)},${tag.slice(4)})`, keyword }];
  });
}

/** Whether the file says that something is written into its pixels (BurnedInAnnotation). */
export function saysBurnedIn(file: DicomFile): boolean {
  return /^yes$/i.test(file.text('00280301'));
}
