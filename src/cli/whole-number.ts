import { CovidCtError } from '../base/index.ts';

/** An option that is a whole number. @throws CovidCtError USAGE when it is none, or below `least` */
export function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
  throw new CovidCtError('USAGE', `--${name} ${value} is no whole number from ${least} on.`);
}
