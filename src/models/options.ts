import { CovidCtError } from '../base/index.ts';
import { adaptiveAveragePool2d, flatten, type Value } from '../nn/index.ts';
import type { ArchitectureOptions } from './architecture.ts';

/** What an architecture can leave out while training. */
export interface Regularisation {
  /** Its dropout unless another is given. */
  readonly dropout: number;
  /** It has branches that stochastic depth can leave out. */
  readonly dropPath?: true;
}

/**
 * The rates to use, after all options were looked at.
 * @throws CovidCtError BAD_INPUT for no classes, a rate outside [0, 1), or stochastic depth where there is none
 */
export function ratesOf(options: ArchitectureOptions, regularisation: Regularisation): { readonly dropout: number; readonly dropPath: number } {
  if (!Number.isInteger(options.classes) || options.classes < 1) {
    throw new CovidCtError('BAD_INPUT', `A network cannot have ${options.classes} classes.`, { hint: 'Give a whole number from 1 on.' });
  }
  const rates = { dropout: options.dropout ?? regularisation.dropout, dropPath: options.dropPath ?? 0 };
  for (const [name, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && rate < 1)) throw new CovidCtError('BAD_INPUT', `A ${name} of ${rate} is not at least 0 and below 1.`, { hint: 'Give a share such as 0.2.' });
  }
  if (rates.dropPath > 0 && regularisation.dropPath !== true) {
    throw new CovidCtError('BAD_INPUT', 'Stochastic depth (dropPath) was asked of an architecture that has none.', { hint: 'Leave dropPath out, or choose an EfficientNet.' });
  }
  return rates;
}

/** The mean of each channel: `[N, C, h, w]` to `[N, C]`. */
export const globalPool = (features: Value): Value => flatten(adaptiveAveragePool2d(features, 1));
