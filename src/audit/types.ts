import type { Picture } from '../imaging/index.ts';
import type { Progress } from '../base/index.ts';
import type { Release, ReleaseImage } from '../release/index.ts';

/** The audit's checks, in the order in which they run and are shown. */
export const checkNames = ['files', 'duplicates', 'leakage', 'labels', 'patients', 'metadata', 'shortcuts', 'quality', 'balance'] as const;
/** One of the audit's checks. */
export type CheckName = (typeof checkNames)[number];

/** `error`: figures made with it cannot be trusted; `warning`: look at it; `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note';

/** What to do about a defect; becomes an entry of the corrections overlay when it is accepted. */
export type Suggestion =
  | { readonly action: 'quarantine'; readonly images: readonly string[] }
  | { readonly action: 'relabel'; readonly images: readonly string[]; readonly label: string }
  | { readonly action: 'regroup'; readonly images: readonly string[] }
  | { readonly action: 'look'; readonly what: string };

/** One thing that is wrong with a release. */
export interface Defect {
  /** A stable, upper-case code, e.g. `DUPLICATE_OPPOSITE_LABELS`; `docs/AUDIT.md` lists all. */
  readonly code: string;
  readonly check: CheckName;
  readonly severity: Severity;
  /** Names as in the name lists; `<label>/<name>` where two labels share a name. */
  readonly images: readonly string[];
  readonly patients: readonly string[];
  readonly papers: readonly string[];
  /** One sentence with the evidence, in which every figure can be checked against the files. */
  readonly evidence: string;
  readonly suggestion: Suggestion;
}

/** A table or plot that a check adds to the report beside its defects (AUCs, missing cells, balance). */
export interface CheckTable {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** What a check gives. */
export interface CheckResult {
  readonly defects: readonly Defect[];
  readonly tables: readonly CheckTable[];
  /** Groups of image names that later checks and the clean track use (true duplicates only). */
  readonly groups?: readonly (readonly string[])[];
}

/** What a check is given. Pictures are decoded once and shared. */
export interface CheckContext {
  readonly release: Release;
  /** The shortest unambiguous name of an image: its `name`, or its `id` where two labels share the name. */
  nameOf(image: ReleaseImage): string;
  /** Decoded pixels; `undefined` where the file cannot be read (the files check says so). */
  picture(image: ReleaseImage): Promise<Picture | undefined>;
  /** Results of the checks that ran before, by name. */
  readonly results: ReadonlyMap<CheckName, CheckResult>;
  readonly seed: number;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** A check: one file each in `checks/`, listed in `checks/index.ts`. */
export interface Check {
  readonly name: CheckName;
  /** One line for reports. */
  readonly title: string;
  run(context: CheckContext): Promise<CheckResult>;
}
