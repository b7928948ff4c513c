import type { CheckName, Defect, Severity, Suggestion } from './types.ts';

interface CodeEntry {
  readonly check: CheckName;
  readonly severity: Severity;
  /** One line: what it means. */
  readonly meaning: string;
}

/**
 * Every code a defect can have: the closed table. A code belongs to one check and has one severity; a matter that
 * deserves two severities has two codes. `docs/AUDIT.md` says how each is decided.
 */
export const defectCodes = {
  FILE_MISSING: { check: 'files', severity: 'error', meaning: 'A name list names a picture that is not there.' },
  FILE_UNLISTED: { check: 'files', severity: 'warning', meaning: 'A picture is there that no name list names.' },
  FILE_LISTED_TWICE: { check: 'files', severity: 'warning', meaning: 'A name list names a picture more than once.' },
  FILE_IN_TWO_SPLITS: { check: 'files', severity: 'error', meaning: 'A picture stands in the lists of more than one split.' },
  FILE_UNREADABLE: { check: 'files', severity: 'error', meaning: 'A picture cannot be decoded.' },
  FILE_EXTENSION_WRONG: { check: 'files', severity: 'note', meaning: 'The extension names another format than the bytes are in.' },
  FILE_PROBLEM: { check: 'files', severity: 'warning', meaning: 'Something else in the folder, zips or lists could not be read or joined.' },

  DUPLICATE: { check: 'duplicates', severity: 'warning', meaning: 'The same picture stands under more than one name.' },
  ADJACENT_SLICES: { check: 'duplicates', severity: 'note', meaning: 'Pictures look like neighbouring slices of one scan: alike, yet not the same.' },

  PATIENT_ACROSS_SPLITS: { check: 'leakage', severity: 'error', meaning: 'One patient has pictures in more than one split.' },
  PAPER_ACROSS_SPLITS: { check: 'leakage', severity: 'error', meaning: 'One paper (by DOI, or by file-name stem) has pictures in more than one split.' },
  FIGURE_ACROSS_SPLITS: { check: 'leakage', severity: 'error', meaning: 'Panels cut out of one figure stand in more than one split.' },
  DUPLICATE_ACROSS_SPLITS: { check: 'leakage', severity: 'error', meaning: 'The same picture stands in more than one split.' },

  CAPTION_CONTROL: { check: 'labels', severity: 'error', meaning: 'The caption calls a picture of the positive class a control.' },
  CAPTION_OTHER_DISEASE: { check: 'labels', severity: 'error', meaning: 'The caption gives a picture of the positive class another disease.' },
  CAPTION_NO_LESION: { check: 'labels', severity: 'error', meaning: 'The caption says that a picture of the positive class shows no lesion.' },
  CAPTION_TOO_EARLY: { check: 'labels', severity: 'error', meaning: 'The caption dates a picture of the positive class before December 2019.' },
  CAPTION_MIXED_GROUPS: { check: 'labels', severity: 'warning', meaning: 'The caption covers positive and other cases, and does not tell which one this picture shows.' },
  CAPTION_LESION_RESOLVED: { check: 'labels', severity: 'warning', meaning: 'The caption says that the lesions of a positive case are gone in this picture.' },
  CELL_OTHER_DISEASE: { check: 'labels', severity: 'warning', meaning: 'The column of other diseases names a disease that would explain the picture, and the caption does not.' },
  CAPTION_SAYS_POSITIVE: { check: 'labels', severity: 'error', meaning: 'The caption of a picture of the negative class says that it shows the positive disease.' },
  DUPLICATE_OPPOSITE_LABELS: { check: 'labels', severity: 'error', meaning: 'The same picture carries opposite labels.' },

  PATIENT_NUMBER_GAP: { check: 'patients', severity: 'note', meaning: 'Numbers are missing in the numbering of the patients.' },
  PATIENT_COUNT_DIFFERS: { check: 'patients', severity: 'warning', meaning: 'The release claims another number of patients than it names.' },
  IMAGE_COUNT_DIFFERS: { check: 'patients', severity: 'warning', meaning: 'The release claims another number of pictures than it holds.' },
  PATIENT_OUTSIDE_CLAIMED_SPLIT: { check: 'patients', severity: 'warning', meaning: 'A patient stands in another split than the claimed range of numbers says.' },
  CAPTION_SHARED_BY_PATIENTS: { check: 'patients', severity: 'warning', meaning: 'One caption is shared by three patient IDs or more, and does not tell that many patients apart.' },
  PATIENT_SPLIT_INTO_IDS: { check: 'patients', severity: 'error', meaning: 'A caption tells of one patient, and its pictures carry several patient IDs.' },
  PATIENT_AGE_CONTRADICTS: { check: 'patients', severity: 'warning', meaning: 'One patient has ages that cannot all be true.' },
  PATIENT_SEX_CONTRADICTS: { check: 'patients', severity: 'warning', meaning: 'One patient is called both female and male.' },
  PATIENT_IN_TWO_PAPERS: { check: 'patients', severity: 'warning', meaning: 'One patient ID stands in two papers.' },

  METADATA_COLUMN_ABSENT: { check: 'metadata', severity: 'warning', meaning: 'A whole class has no value in columns that a study needs.' },
  METADATA_CELLS_MISSING: { check: 'metadata', severity: 'note', meaning: 'A column that a study needs is empty for some pictures.' },
  METADATA_NAME_DIFFERS: { check: 'metadata', severity: 'note', meaning: 'Rows name their picture in another spelling than the file has.' },
  METADATA_ROW_WITHOUT_IMAGE: { check: 'metadata', severity: 'warning', meaning: 'A row of the metadata names no picture of the release.' },
  METADATA_IMAGE_WITHOUT_ROW: { check: 'metadata', severity: 'warning', meaning: 'A picture has no row in the metadata.' },
  METADATA_ROW_TWICE: { check: 'metadata', severity: 'warning', meaning: 'More than one row of the metadata names the same picture.' },
  METADATA_CELL_UNREADABLE: { check: 'metadata', severity: 'warning', meaning: 'A cell holds something that cannot be read as what its column says.' },
  METADATA_CELL_ODD: { check: 'metadata', severity: 'note', meaning: 'Cells could be read, yet not as they were written (lists as text, "same as above", bounds, spaces).' },
  METADATA_PROBLEM: { check: 'metadata', severity: 'warning', meaning: 'Something else in the metadata could not be read or joined.' },

  SHORTCUT_HEADER: { check: 'shortcuts', severity: 'error', meaning: 'The label can be told from the file header alone: format, mode, bit depth, size.' },
  SHORTCUT_BORDER: { check: 'shortcuts', severity: 'error', meaning: 'The label can be told from the border alone, with the centre blacked out.' },
  SHORTCUT_COLOUR: { check: 'shortcuts', severity: 'error', meaning: 'The label can be told from colour alone.' },
  SHORTCUT_MARKS: { check: 'shortcuts', severity: 'error', meaning: 'The label can be told from burned-in letters and arrows.' },

  IMAGE_TOO_SMALL: { check: 'quality', severity: 'warning', meaning: 'The shorter side is too short to show lung detail.' },
  IMAGE_TOO_DARK: { check: 'quality', severity: 'warning', meaning: 'The picture is so dark that the lungs are black: in another window than for lung, or underexposed.' },
  IMAGE_TOO_BRIGHT: { check: 'quality', severity: 'warning', meaning: 'Most of the picture is white.' },
  IMAGE_BLURRED: { check: 'quality', severity: 'warning', meaning: 'The picture holds no fine detail at its size: it was enlarged or is out of focus.' },
  IMAGE_ODD_ASPECT: { check: 'quality', severity: 'warning', meaning: 'The picture is far wider or taller than an axial slice.' },
  IMAGE_LOW_INFORMATION: { check: 'quality', severity: 'warning', meaning: 'The picture has too few gray levels to show tissue.' },
  IMAGE_COLOURED: { check: 'quality', severity: 'warning', meaning: 'The picture holds colour where gray is expected: drawings or overlays.' },

  SOURCE_TELLS_LABEL: { check: 'balance', severity: 'error', meaning: 'Nearly every picture comes from a source that gives one label only, so that source and disease cannot be told apart.' },
  PAPER_DOMINATES: { check: 'balance', severity: 'note', meaning: 'One paper gives a large share of the pictures of a class in a split.' },
  AGE_DIFFERS_BY_SPLIT: { check: 'balance', severity: 'warning', meaning: 'Patients of one class differ in age between two splits.' },
  SEX_DIFFERS_BY_SPLIT: { check: 'balance', severity: 'warning', meaning: 'Patients of one class differ in sex between two splits.' },
} as const satisfies Record<string, CodeEntry>;

/** A code of {@link defectCodes}. */
export type DefectCode = keyof typeof defectCodes;

/** What a check says of a defect; check and severity follow from the code. */
export interface DefectDetails {
  readonly images?: readonly string[];
  readonly patients?: readonly string[];
  readonly papers?: readonly string[];
  readonly evidence: string;
  readonly suggestion: Suggestion;
}

function tidy(names: readonly (string | undefined)[] | undefined): string[] {
  return [...new Set((names ?? []).filter((name) => name !== undefined))].toSorted(compareNatural);
}

const collator = new Intl.Collator('en', { numeric: true });

/** Order of names as people expect it (`Patient 9` before `Patient 10`), with a fixed order for equal ones. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Makes a defect: check and severity come from the table; names are sorted, each once. */
export function defect(code: DefectCode, details: DefectDetails): Defect {
  const { check, severity } = defectCodes[code];
  return {
    code,
    check,
    severity,
    images: tidy(details.images),
    patients: tidy(details.patients),
    papers: tidy(details.papers),
    evidence: details.evidence,
    suggestion: details.suggestion,
  };
}
