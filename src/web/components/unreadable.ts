import type { SyntheticEvent } from 'react';

/** Of a picture's `onError`: its place says so, where a file cannot be read (`data-unreadable`, global.css). */
export function sayUnreadable({ currentTarget }: SyntheticEvent<HTMLImageElement>): void {
  currentTarget.parentElement?.setAttribute('data-unreadable', '');
}
