import type { Check } from '../types.ts';
import { balance } from './balance.ts';
import { duplicates } from './duplicates.ts';
import { files } from './files.ts';
import { labels } from './labels.ts';
import { leakage } from './leakage.ts';
import { metadata } from './metadata.ts';
import { patients } from './patients.ts';
import { quality } from './quality.ts';
import { shortcuts } from './shortcuts.ts';

/** Every check, in the order in which they run: later ones use the results of earlier ones. */
export const checks: readonly Check[] = [files, duplicates, leakage, labels, patients, metadata, shortcuts, quality, balance];
