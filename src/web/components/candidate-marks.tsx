import { Chip, type Tone } from './chip.tsx';
import { figure } from './format.ts';

/** The colour of a candidate's state; of what is not in review yet, too. */
export function stateTone(state: string | null): 'accent' | 'good' | 'error' | 'warning' | 'note' {
  if (state === 'accepted') return 'good';
  if (state === 'rejected') return 'error';
  if (state === 'needs work' || state === 'disputed') return 'warning';
  return state === 'proposed' ? 'accent' : 'note';
}

/** How like a CT the pixels are. */
export function CtLikeness({ score }: { readonly score: number }) {
  const tone: Tone = score >= 0.9 ? 'good' : score >= 0.5 ? 'warning' : 'error';
  return <Chip tone={tone} title="How like a CT slice of the chest the pixels are, 0 to 1">CT-like {figure(score, 2)}</Chip>;
}
