import { sensitivityThreshold, youdenThreshold } from '../../statistics/index.ts';
import type { JudgedCase } from './cases.ts';

/** How a threshold was come by. */
export type ThresholdRule = 'youden' | 'sensitivity95' | 'given' | 'half';

/** From which score on a case is called positive, and why. */
export interface Threshold {
  readonly rule: ThresholdRule;
  /** A probability of the positive label. */
  readonly value: number;
  /** `validation`: by the validation predictions; `command line`: given by the user; `nothing`: 0.5, whatever the data. Never `test`. */
  readonly chosenOn: 'validation' | 'command line' | 'nothing';
}

/** The sensitivity that `sensitivity95` keeps on validation. */
export const wantedSensitivity = 0.95;

/** One line for tables: what a threshold is. */
export const thresholdTitles: Readonly<Record<ThresholdRule, string>> = {
  youden: 'Youden, on validation',
  sensitivity95: 'sens. ≥ 0.95, on validation',
  given: 'as given',
  half: 'fixed at 0.5',
};

/**
 * The thresholds to report, the one for the main figures first: the given one, else Youden's on validation, else 0.5. The
 * cases to be judged are not looked at.
 * @param validation cases of the same kind (images, or patients) out of the validation part
 */
export function chooseThresholds(validation: readonly JudgedCase[] | undefined, given: number | undefined): Threshold[] {
  const asked: Threshold[] = given === undefined ? [] : [{ rule: 'given', value: given, chosenOn: 'command line' }];
  const chosen: Threshold[] =
    validation === undefined
      ? []
      : [
          { rule: 'youden', value: youdenThreshold(validation), chosenOn: 'validation' },
          { rule: 'sensitivity95', value: sensitivityThreshold(validation, wantedSensitivity), chosenOn: 'validation' },
        ];
  return [...asked, ...chosen, { rule: 'half', value: 0.5, chosenOn: 'nothing' }];
}
