const whole = new Intl.NumberFormat('en');

/** `1,234`. */
export const count = (value: number): string => whole.format(value);

/** `12 images`, `1 image`. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** Bytes in powers of 1,000: `62.3 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  return power === 0 ? `${value} B` : `${(value / 1000 ** power).toFixed(1)} ${units[power] ?? ''}`;
}

/** Seconds as a person reads them: `8 s`, `2 min 05 s`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

/** A figure between 0 and 1: `0.812`; nothing where there is none. */
export const figure = (value: number | null | undefined, digits = 3): string => (value === null || value === undefined ? '–' : value.toFixed(digits));

const signed = (value: number | null): string => (value === null ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(3)}`.replace('-', '−'));

/** A difference with its interval: `+0.039 (−0.012 to 0.095)`. */
export const difference = ({ value, low, high }: { readonly value: number | null; readonly low: number | null; readonly high: number | null }): string =>
  `${signed(value)}${low === null || high === null ? '' : ` (${signed(low)} to ${signed(high)})`}`;

/** Codes in words: `DUPLICATE_OPPOSITE_LABELS` is `Duplicate opposite labels`. */
export function words(code: string): string {
  const text = code.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const metricTitles: Readonly<Record<string, string>> = { auc: 'ROC AUC', prAuc: 'PR AUC', f1: 'F1', ppv: 'PPV', npv: 'NPV', mcc: 'MCC', brier: 'Brier score' };

/** Names of figures as the field writes them: `prAuc` is `PR AUC`, `balancedAccuracy` is `balanced accuracy`. */
export const metricTitle = (name: string): string => metricTitles[name] ?? name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
