import type { PartialState } from './partial-file.ts';

/** Answers after which another attempt may help. */
export const retriedStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Milliseconds to wait by a Retry-After header: seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `bytes 100-199/200` → [100, 199, 200]; `undefined` where the header is missing, unreadable or contradicts itself. */
export function contentRange(header: string | undefined): { readonly first: number; readonly last: number; readonly total: number } | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? '');
  if (match === null) return undefined;
  const [first = 0, last = 0, total = 0] = match.slice(1).map(Number);
  return first <= last && last < total ? { first, last, total } : undefined;
}

/** What may stand in If-Range (RFC 9110, section 13.1.5): a strong ETag, else the date of the last change. Without either a file cannot be resumed safely. */
export function validator(state: Pick<PartialState, 'etag' | 'lastModified'> | undefined): string | undefined {
  if (state?.etag !== undefined && !state.etag.startsWith('W/')) return state.etag;
  return state?.lastModified;
}
