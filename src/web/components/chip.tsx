import type { ReactNode } from 'react';
import classes from './chip.module.css';

/** What a chip's colour means. */
export type Tone = 'error' | 'warning' | 'note' | 'good' | 'accent' | 'covid' | 'other';

/** A word or two with a meaning that has a colour, readable in both themes. */
export function Chip({ tone, children, title }: { readonly tone: Tone; readonly children: ReactNode; readonly title?: string }) {
  return <span className={classes['chip']} data-tone={tone} title={title}>{children}</span>;
}
