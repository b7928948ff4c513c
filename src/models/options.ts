import { CovidCtError } from '../base/index.ts';
import { adaptiveAveragePool2d, flatten, type Value } from '../nn/index.ts';
import type { ArchitectureOptions } from './architecture.ts';

/**
 * The dropout to use, after all options were looked at.
 * @throws CovidCtError BAD_INPUT for no classes, or a rate outside [0, 1)
 */
export function dropoutOf(options: ArchitectureOptions, byDefault: number): number {
  if (!Number.isInteger(options.classes) || options.classes < 1) {
    throw new CovidCtError('BAD_INPUT', `A network cannot have ${options.classes} classes.`, { hint: 'Give a whole number from 1 on.' });
  }
  for (const [name, rate] of [['dropout', options.dropout ?? byDefault], ['dropPath', options.dropPath ?? 0]] as const) {
    if (!(rate >= 0 && rate < 1)) throw new CovidCtError('BAD_INPUT', `A ${name} of ${rate} is not at least 0 and below 1.`, { hint: 'Give a share such as 0.2.' });
  }
  return options.dropout ?? byDefault;
}

/** The mean of each channel: `[N, C, h, w]` to `[N, C]`. */
export const globalPool = (features: Value): Value => flatten(adaptiveAveragePool2d(features, 1));
