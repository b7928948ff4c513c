import type { Picture } from '../imaging/index.ts';

/** The published splits, in their order. */
export const splitNames = ['train', 'val', 'test'] as const;
/** A published split. */
export type SplitName = (typeof splitNames)[number];

/** The two labels of COVID-CT-Dataset; the positive one first. Foreign sets have labels of their own. */
export const covidCtLabels = ['COVID', 'NonCOVID'] as const;

/** Where an image was published, as far as its name and metadata tell. */
export type Venue = 'medRxiv/bioRxiv' | 'medRxiv' | 'bioRxiv' | 'NEJM' | 'JAMA' | 'Lancet' | 'BMJ' | 'MedPix' | 'LUNA' | 'other' | 'unknown';

/** What a file name says; the grammar is in `file-name.ts`. */
export interface FileNameParts {
  readonly name: string;
  /** The paper's stem: everything before `-p<page>-<xref>`; `undefined` where the name tells no paper. */
  readonly stem: string | undefined;
  /** 0-based page of the PDF. */
  readonly page: number | undefined;
  /** Number of the PDF object that held the figure. */
  readonly xref: number | undefined;
  /** Panel numbers, outermost first; at most two levels. */
  readonly panels: readonly number[];
  /** `<stem>-p<page>-<xref>`: all images with one figure were cut out of one picture. */
  readonly figure: string | undefined;
  /** By the stem, where it spells one: `2020.mm.dd.n` is `10.1101/2020.mm.dd.n`. */
  readonly doi: string | undefined;
  readonly extension: string;
}

/** One cell of the metadata: what was written, and what it means where that could be told. */
export interface Cell<T> {
  readonly raw: string;
  readonly value: T | undefined;
}

/** An age: exact, or a bound ("40+"), or a word ("Young Child"), in years. */
export interface Age {
  readonly years: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** One row of the workbook or of the NonCOVID table, every column kept raw, and typed where it can be. */
export interface MetadataRow {
  readonly file: string;
  /** 1-based row in its file, the header being row 1. */
  readonly row: number;
  readonly imageName: Cell<string>;
  readonly patient: Cell<string>;
  readonly age: Cell<Age>;
  readonly sex: Cell<'F' | 'M'>;
  readonly location: Cell<string>;
  readonly history: Cell<string>;
  readonly time: Cell<string>;
  readonly severity: Cell<string>;
  readonly otherDiseases: Cell<string>;
  readonly doi: Cell<string>;
  readonly captions: Cell<readonly string[]>;
  /** Cells beyond the known columns, and columns without a header. */
  readonly overflow: readonly string[];
}

/** Something in the published files that could not be read or joined; the audit reports each as a defect. */
export interface ReadProblem {
  readonly code: string;
  readonly file: string;
  readonly row?: number;
  readonly column?: string;
  readonly image?: string;
  readonly raw?: string;
  /** One sentence with the evidence. */
  readonly message: string;
}

/** One CT picture of a release, joined with all that the release says of it. Bytes and pixels are read when asked for. */
export interface ReleaseImage {
  /** `<label>/<name>`: unique in a release. */
  readonly id: string;
  /** As in the name lists. */
  readonly name: string;
  readonly label: string;
  /** Every published list that names it, in the order of {@link splitNames}; normally one. */
  readonly splits: readonly SplitName[];
  /** The first of `splits`. */
  readonly split: SplitName | undefined;
  readonly parts: FileNameParts;
  /** A key that is the same for all images of one paper: its DOI in lower case, else its stem. */
  readonly paper: string | undefined;
  readonly doi: string | undefined;
  /** As named in the metadata, e.g. `Patient 12`. */
  readonly patient: string | undefined;
  readonly venue: Venue;
  readonly metadata: MetadataRow | undefined;
  /** `unknown` unless the release or its provider shows one. Copyright stays with the paper's authors and publishers. */
  readonly licence: string;
  /** Where the bytes stand, for messages: `Images-processed/CT_COVID.zip!CT_COVID/x.png`. */
  readonly location: string;
  /** Size in bytes, as listed. */
  readonly size: number;
}

/** A published name list, as it is: names in their order, and its exact bytes. */
export interface NameList {
  readonly path: string;
  readonly label: string;
  readonly split: SplitName;
  readonly names: readonly string[];
  readonly bytes: Uint8Array;
}

/** A dataset as published. */
export interface Release {
  /** A short name for tables: the folder's name, or `synthetic sample`. */
  readonly name: string;
  /** Where it was read. */
  readonly source: string;
  /** `upstream`: the original layout; `imagefolder` and `csv`: foreign sets. */
  readonly layout: 'upstream' | 'imagefolder' | 'csv';
  /** True for the embedded sample: drawn by the project, never real. */
  readonly synthetic: boolean;
  /** The positive label first. */
  readonly labels: readonly string[];
  /** Sorted by id. */
  readonly images: readonly ReleaseImage[];
  readonly lists: readonly NameList[];
  readonly metadata: readonly MetadataRow[];
  readonly problems: readonly ReadProblem[];
  /** Patients the release's README claims, where it is known to claim any. */
  readonly claims: ReleaseClaims | undefined;
  /** The file's bytes. Throws CovidCtError BAD_ARCHIVE or NOT_FOUND. */
  bytes(image: ReleaseImage): Promise<Uint8Array>;
  /** The file's pixels, orientation applied, alpha kept. Throws CovidCtError BAD_IMAGE or LIMIT_EXCEEDED. */
  picture(image: ReleaseImage): Promise<Picture>;
  close(): Promise<void>;
}

/** What upstream's README says of its patients. */
export interface ReleaseClaims {
  readonly images: Readonly<Record<string, number>>;
  readonly patients: number;
  /** Patient numbers by split, first and last included. */
  readonly patientRanges: Readonly<Record<SplitName, readonly [number, number]>>;
}
