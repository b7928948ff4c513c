import type { AnyJobKind } from '../kind.ts';
import { auditKind } from './audit.ts';
import { boardKind, compareKind, evaluateKind, recordedRobustnessKind, robustnessKind, trainKind } from './benchmark.ts';
import { checkKind, newReleaseKind } from './curation.ts';
import { extractKind } from './extract.ts';
import { exportKind } from './export.ts';
import { importKind } from './import.ts';
import { looksKind } from './looks.ts';
import { statsKind } from './stats.ts';
import { studyKind } from './study.ts';
import { trackKind } from './track.ts';

/** Every kind of job. */
export const jobKinds: readonly AnyJobKind[] = [importKind, statsKind, auditKind, looksKind, trackKind, exportKind, boardKind, evaluateKind, compareKind, robustnessKind, recordedRobustnessKind, trainKind, extractKind, checkKind, newReleaseKind, studyKind];
