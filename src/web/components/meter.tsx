import classes from './meter.module.css';

/** A part of a bar. */
export interface MeterPart {
  readonly name: string;
  readonly value: number;
  readonly tone: 'covid' | 'other' | 'accent' | 'note';
  /** From 0, faint, to 1. */
  readonly strength?: number;
}

/** A bar in parts, each with its figure; a table beside it says the same for those who do not see it. */
export function Meter({ parts, total, label }: { readonly parts: readonly MeterPart[]; readonly total: number; readonly label: string }) {
  const spoken = parts.map(({ name, value }) => `${name} ${value}`).join(', ');
  return (
    <div className={classes['meter']} role="img" aria-label={`${label}: ${spoken}`}>
      {parts.filter(({ value }) => value > 0).map(({ name, value, tone, strength = 1 }) => (
        <div key={name} className={classes['part']} data-tone={tone} style={{ width: `${(100 * value) / Math.max(1, total)}%`, '--strength': `${Math.round(strength * 100)}%` } as Readonly<Record<string, string>>} title={`${name}: ${value}`} />
      ))}
    </div>
  );
}
