import { CovidCtError, noProgress, type Progress } from '../base/index.ts';
import type { Release, ReleaseImage } from '../release/index.ts';
import { defectCodes } from './codes.ts';
import { checks as allChecks } from './checks/index.ts';
import { createPictureCache, type PictureCache } from './picture-cache.ts';
import { checkNames, type Check, type CheckContext, type CheckName, type CheckResult, type CheckTable, type Defect } from './types.ts';

/** How an audit is run. */
export interface AuditOptions {
  /** The checks to run; all unless named. They always run in the order of {@link checkNames}. */
  readonly checks?: readonly CheckName[];
  /** Seed of whatever draws by chance: the small models of the shortcuts check, the bootstrap. Default 1. */
  readonly seed?: number;
  /** Decoded pictures, where the caller wants them again after the audit, for its report. */
  readonly pictures?: PictureCache;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** A check that ran. */
export interface CheckReport {
  readonly check: CheckName;
  readonly title: string;
  readonly defects: number;
  readonly seconds: number;
  readonly tables: readonly CheckTable[];
}

/** What an audit found. */
export interface Audit {
  readonly release: {
    readonly name: string;
    readonly layout: Release['layout'];
    readonly synthetic: boolean;
    readonly labels: readonly string[];
    readonly images: number;
  };
  readonly seed: number;
  readonly checks: readonly CheckReport[];
  readonly defects: readonly Defect[];
  /** Groups of names that show the same picture, as the duplicates check found them; empty when it did not run. */
  readonly duplicateGroups: readonly (readonly string[])[];
  readonly seconds: number;
}

/** The shortest unambiguous name of each image: its name, or its id where two labels share the name. */
export function nameImages(images: readonly ReleaseImage[]): (image: ReleaseImage) => string {
  const counts = new Map<string, number>();
  for (const image of images) counts.set(image.name, (counts.get(image.name) ?? 0) + 1);
  return (image) => ((counts.get(image.name) ?? 0) > 1 ? image.id : image.name);
}

/** Sees to it that a check speaks of its own codes only. */
function assertOwnCodes(check: Check, result: CheckResult): void {
  const table: Readonly<Record<string, { readonly check: CheckName } | undefined>> = defectCodes;
  for (const { code } of result.defects) {
    if (table[code]?.check !== check.name) throw new RangeError(`the check ${check.name} gave a defect ${code}, which is not one of its codes`);
  }
}

/**
 * Audits a release: runs the checks in their order, each picture decoded once and shared.
 * @throws CovidCtError CANCELLED when the signal is aborted; whatever reading the release throws, apart from pictures
 *   that cannot be decoded, which are defects
 */
export async function auditRelease(release: Release, options: AuditOptions = {}): Promise<Audit> {
  const { seed = 1, progress = noProgress, signal, pictures = createPictureCache(release) } = options;
  const wanted = new Set(options.checks ?? checkNames);
  const started = performance.now();
  const results = new Map<CheckName, CheckResult>();
  const context: CheckContext = {
    release,
    nameOf: nameImages(release.images),
    picture: async (image) => {
      throwIfCancelled(signal);
      const read = await pictures.read(image);
      return read instanceof CovidCtError ? undefined : read;
    },
    results,
    seed,
    progress,
    signal,
  };
  const reports: CheckReport[] = [];
  for (const check of allChecks) {
    if (!wanted.has(check.name)) continue;
    throwIfCancelled(signal);
    const begun = performance.now();
    const result = await check.run(context);
    assertOwnCodes(check, result);
    results.set(check.name, result);
    const { name, title } = check;
    reports.push({ check: name, title, defects: result.defects.length, seconds: secondsSince(begun), tables: result.tables });
  }
  return {
    release: { name: release.name, layout: release.layout, synthetic: release.synthetic, labels: release.labels, images: release.images.length },
    seed,
    checks: reports,
    defects: [...results.values()].flatMap((result) => result.defects),
    duplicateGroups: results.get('duplicates')?.groups ?? [],
    seconds: secondsSince(started),
  };
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CovidCtError('CANCELLED', 'The audit was interrupted.', { hint: 'Nothing was written; run it again.' });
}
