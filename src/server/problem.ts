import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ZodError } from 'zod';
import { CovidCtError, asCovidCtError, type ErrorCode } from '../base/index.ts';

/** An error as HTTP says it (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is wrong with which input, in one sentence. */
  readonly detail: string;
  /** A code of `errorCodes`, or `INVALID` for a request that does not fit its schema. */
  readonly code: ErrorCode | 'INVALID' | 'REFUSED';
  /** What to do about it. */
  readonly hint?: string | undefined;
}

const statuses: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  USAGE: 400,
  NOT_FOUND: 404,
  BAD_ARCHIVE: 422,
  BAD_IMAGE: 422,
  BAD_WORKBOOK: 422,
  BAD_TABLE: 422,
  BAD_RELEASE: 422,
  BAD_CHECKPOINT: 422,
  BAD_MODEL: 422,
  BAD_INPUT: 422,
  LIMIT_EXCEEDED: 413,
  HASH_MISMATCH: 422,
  TARGET_EXISTS: 409,
  CONFLICT: 409,
  CANCELLED: 409,
  DIVERGED: 422,
  NETWORK: 502,
  DISK: 507,
  ENVIRONMENT: 503,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request', 401: 'Not signed in', 403: 'Refused', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict', 411: 'Length required', 413: 'Too large',
  415: 'Unsupported media type', 416: 'Range not satisfiable', 422: 'Unusable input', 429: 'Too many requests', 500: 'Server error', 502: 'Network error', 503: 'Unavailable', 507: 'Disk error',
};

function problem(status: ContentfulStatusCode, code: Problem['code'], detail: string, hint?: string): Problem {
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, detail, code, ...(hint === undefined ? {} : { hint }) };
}

/** Any error as a problem. Of an unknown fault the text is kept from the caller: it stands in the log. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof HTTPException) return problem(thrown.status, 'REFUSED', thrown.message);
  if (thrown instanceof ZodError) {
    const [issue] = thrown.issues;
    return problem(400, 'INVALID', `${issue?.path.join('.') ?? 'The request'}: ${issue?.message ?? 'does not fit its schema'}.`, '/api/openapi.json describes every request.');
  }
  const error = asCovidCtError(thrown);
  if (error.code === 'ENVIRONMENT' && !(thrown instanceof CovidCtError)) return problem(500, 'ENVIRONMENT', 'The server could not answer; its log says why.');
  return problem(statuses[error.code], error.code, error.message, error.hint);
}

/** Answers with a problem. */
export function answerProblem(context: Context, thrown: unknown): Response {
  const body = toProblem(thrown);
  return context.body(JSON.stringify(body), body.status as ContentfulStatusCode, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
}

/** What the schema found wrong with a request, as every route answers it. */
export function refuseInvalid(result: { readonly success: boolean; readonly error?: ZodError }, context: Context): Response | undefined {
  return result.success || result.error === undefined ? undefined : answerProblem(context, result.error);
}

/** A refusal that is about the request itself, not about data. */
export function refusal(status: ContentfulStatusCode, detail: string): HTTPException {
  return new HTTPException(status, { message: detail });
}
