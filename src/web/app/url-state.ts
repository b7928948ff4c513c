import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** The search part of an address, as texts: a name that stands there several times has a list. */
export type RawSearch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One name of the address: how its texts become a value, and the value texts again. Whatever an address says, the value is a possible one. */
export interface UrlPart<T> {
  readonly read: (texts: readonly string[]) => T;
  readonly write: (value: T) => readonly string[];
}

/** A text; the empty one does not stand in the address. */
export const text = (fallback = ''): UrlPart<string> => ({ read: ([first]) => first ?? fallback, write: (value) => (value === fallback ? [] : [value]) });
/** Several texts. */
export const list = (): UrlPart<readonly string[]> => ({ read: (texts) => texts, write: (value) => value });
/** One of some words; the first unless the address says another. */
export const choice = <const T extends string>(words: readonly [T, ...T[]]): UrlPart<T> => ({
  read: ([first]) => words.find((word) => word === first) ?? words[0],
  write: (value) => (value === words[0] ? [] : [value]),
});
/** A finite number. */
export const number = (fallback: number): UrlPart<number> => ({
  read: ([first]) => {
    const value = first === undefined || first === '' ? fallback : Number(first);
    return Number.isFinite(value) ? value : fallback;
  },
  write: (value) => (value === fallback ? [] : [String(value)]),
});
/** Yes or no; no unless the address says so. */
export const flag = (): UrlPart<boolean> => ({ read: ([first]) => first === 'yes', write: (value) => (value ? ['yes'] : []) });

/** A part, whatever its values. */
interface AnyPart {
  readonly read: (texts: readonly string[]) => unknown;
  readonly write: (value: never) => readonly string[];
}
type Parts = Readonly<Record<string, AnyPart>>;

/** The values of a page's state. */
export type UrlValues<P extends Parts> = { readonly [Name in keyof P]: ReturnType<P[Name]['read']> };

/** Reads `?a=1&a=2&b=x` without guessing at types. */
export function parseSearch(search: string): Record<string, string | string[]> {
  const params = new URLSearchParams(search);
  return Object.fromEntries([...new Set(params.keys())].map((name) => {
    const values = params.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? '') : values];
  }));
}

/** Writes it again. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null && one !== '') params.append(name, String(one));
  }
  const written = params.toString();
  return written === '' ? '' : `?${written}`;
}

const textsOf = (value: RawSearch[string]): readonly string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

/** What an address says of a page's state. */
export function readUrl<P extends Parts>(parts: P, raw: RawSearch): UrlValues<P> {
  const values: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(parts)) values[name] = part.read(textsOf(raw[name]));
  // Each name of `parts` has the value that its own part read.
  return values as UrlValues<P>;
}

/** How a state is changed: `push` makes a step that the browser's back button undoes. */
export type ChangeUrl<T> = (change: Partial<T>, how?: 'push' | 'replace') => void;

/**
 * A page's state, kept in its address, so that a link restores it.
 * @param parts constant: made outside the component
 */
export function useUrlState<P extends Parts>(parts: P): readonly [UrlValues<P>, ChangeUrl<UrlValues<P>>] {
  const raw: RawSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = useMemo(() => readUrl(parts, raw), [raw, parts]);
  const change = useCallback<ChangeUrl<UrlValues<P>>>(
    (wanted, how = 'replace') => {
      void navigate({
        to: '.',
        search: ((before: RawSearch) => {
          const written = Object.entries(wanted).map(([name, value]) => {
            const texts = parts[name]?.write(value as never) ?? [];
            return [name, texts.length === 0 ? undefined : texts.length === 1 ? texts[0] : texts];
          });
          return { ...before, ...Object.fromEntries(written) };
        }) as never,
        replace: how === 'replace',
        resetScroll: false,
      });
    },
    [navigate, parts],
  );
  return [state, change];
}
