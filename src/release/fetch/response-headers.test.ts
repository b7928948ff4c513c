import { describe, expect, it } from 'vitest';
import { contentRange, retryAfter, validator } from './response-headers.ts';

describe('what servers say', () => {
  it('reads Retry-After: seconds, or a date', () => {
    expect([retryAfter('3', 0), retryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4000), retryAfter('soon', 0), retryAfter(undefined, 0)]).toEqual([3000, 5000, undefined, undefined]);
  });

  it('reads Content-Range, and none that contradicts itself', () => {
    expect(contentRange('bytes 5-9/10')).toEqual({ first: 5, last: 9, total: 10 });
    for (const bad of ['bytes 5-9/*', 'bytes 9-5/10', 'bytes 5-10/10', 'items 5-9/10', undefined]) expect(contentRange(bad)).toBeUndefined();
  });

  it('resumes by a strong ETag, never by a weak one, else by the date', () => {
    const lastModified = 'Thu, 01 Jan 1970 00:00:09 GMT';
    expect(validator({ etag: '"a"', lastModified })).toBe('"a"');
    expect(validator({ etag: 'W/"a"', lastModified })).toBe(lastModified);
    expect([validator({ etag: 'W/"a"' }), validator({}), validator(undefined)]).toEqual([undefined, undefined, undefined]);
  });
});
