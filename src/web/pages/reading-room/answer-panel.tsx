import { Button, Radio, Slider, Stack, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { View } from './api.ts';
import classes from './reading-room.module.css';

/** What is chosen so far. */
export interface Draft {
  readonly rating: number | undefined;
  readonly answers: Readonly<Record<string, string>>;
}

/** The ratings that a reader may choose, with their keys and names. */
export function ratingChoices(view: View): readonly { readonly rating: number; readonly key: string; readonly name: string }[] {
  const { rating } = view;
  if (rating.kind === 'percent') return [];
  if (rating.kind === 'scale') {
    return Array.from({ length: view.highest - view.lowest + 1 }, (_, i) => ({ rating: view.lowest + i, key: i < 9 ? String(i + 1) : '', name: rating.labels?.[i] ?? '' }));
  }
  const level = (value: number): string => (rating.levels === 1 ? '' : `, confidence ${value} of ${rating.levels}`);
  return [
    ...Array.from({ length: rating.levels }, (_, i) => ({ rating: i - rating.levels, key: String(i + 1), name: `no${level(rating.levels - i)}` })),
    ...Array.from({ length: rating.levels }, (_, i) => ({ rating: i + 1, key: String(rating.levels + i + 1), name: `yes${level(i + 1)}` })),
  ];
}

/** Whether nothing is left to be answered. */
export function isComplete(view: View, draft: Draft): boolean {
  return draft.rating !== undefined && view.questions.every(({ id }) => draft.answers[id] !== undefined);
}

/** Digits that were typed within a second make one number on a scale of 0 to 100. */
function useTypedNumber(active: boolean, onNumber: (value: number) => void): void {
  const typed = useRef({ text: '', at: 0 });
  useEffect(() => {
    if (!active) return;
    const listen = (event: KeyboardEvent): void => {
      if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      const fresh = performance.now() - typed.current.at > 1000 || typed.current.text.length >= 3;
      const text = fresh ? event.key : typed.current.text + event.key;
      typed.current = { text, at: performance.now() };
      onNumber(Math.min(100, Number(text)));
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [active, onNumber]);
}

/** Rating, questions and the confirmation of one case. */
export function AnswerPanel({ view, draft, sending, onRating, onAnswer, onConfirm }: { readonly view: View; readonly draft: Draft; readonly sending: boolean; readonly onRating: (rating: number) => void; readonly onAnswer: (question: string, option: string) => void; readonly onConfirm: () => void }) {
  useTypedNumber(view.rating.kind === 'percent', onRating);
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={600} mb={6} id="rating">{view.instructions}</Text>
        {view.rating.kind === 'percent' ? (
          <div className={classes['percent']}>
            <Slider aria-labelledby="rating" min={0} max={100} step={1} value={draft.rating ?? 50} onChange={onRating} marks={[{ value: 0, label: '0' }, { value: 50, label: '50' }, { value: 100, label: '100' }]} thumbProps={{ 'aria-label': 'Rating from 0 to 100' }} />
            <Text mt="lg" className="numbers">{draft.rating === undefined ? 'Not rated yet: move the slider or type a number.' : `${draft.rating} of 100`}</Text>
          </div>
        ) : (
          <div role="radiogroup" aria-labelledby="rating" className={classes['ratings']}>
            {ratingChoices(view).map(({ rating, key, name }) => (
              <UnstyledButton key={rating} role="radio" aria-checked={draft.rating === rating} className={classes['rating']} onClick={() => onRating(rating)}>
                <kbd>{key}</kbd>
                <span>{view.rating.kind !== 'scale' || (name !== '' && key === String(rating)) ? name : `${rating}${name === '' ? '' : `: ${name}`}`}</span>
              </UnstyledButton>
            ))}
          </div>
        )}
      </div>
      {view.questions.map(({ id, text, options }) => (
        <Radio.Group key={id} label={text} value={draft.answers[id] ?? null} onChange={(option) => onAnswer(id, option)}>
          <Stack gap={8} mt={8}>{options.map((option) => <Radio key={option} value={option} label={option} size="sm" />)}</Stack>
        </Radio.Group>
      ))}
      <Button size="sm" onClick={onConfirm} disabled={!isComplete(view, draft)} loading={sending}>Confirm and go on (Enter)</Button>
      {!view.back && <Text size="xs" c="dimmed">A confirmed answer cannot be changed.</Text>}
    </Stack>
  );
}
