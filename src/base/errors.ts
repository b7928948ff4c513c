/**
 * The one error class. An error is data: a code from a closed table, a sentence that says what is wrong with which
 * input, a hint that says what to do, and the cause. How it is shown is the caller's business.
 */

/** Every code, with the exit code that the command line gives for it: 2 wrong usage, 3 bad input, 4 environment. */
export const errorCodes = {
  USAGE: 2,
  NOT_FOUND: 3,
  BAD_ARCHIVE: 3,
  BAD_IMAGE: 3,
  BAD_WORKBOOK: 3,
  BAD_TABLE: 3,
  BAD_RELEASE: 3,
  BAD_CHECKPOINT: 3,
  BAD_MODEL: 3,
  BAD_INPUT: 3,
  LIMIT_EXCEEDED: 3,
  HASH_MISMATCH: 3,
  CONFLICT: 3,
  TARGET_EXISTS: 3,
  NETWORK: 4,
  DISK: 4,
  ENVIRONMENT: 4,
  CANCELLED: 4,
  DIVERGED: 4,
} as const;

/** A code of {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

/** What went wrong, with which input, and what to do about it. */
export class CovidCtError extends Error {
  override readonly name = 'CovidCtError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  /**
   * @param code one of {@link errorCodes}
   * @param message one sentence: what is wrong with which input
   * @param options `hint`: what to do; `cause`: the error behind this one
   */
  constructor(code: ErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  /** What a process should exit with: 2 wrong usage, 3 bad input, 4 environment. */
  get exitCode(): number {
    return errorCodes[this.code];
  }
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`, …), if it is one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

const diskCodes: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'Free some space, or point --out or COVID_CT_WORKSPACE at another disk.'],
  ['EFBIG', 'The file system or a limit of the shell (ulimit -f) allows no file so large: write elsewhere, or raise it.'],
  ['EDQUOT', 'The disk quota is used up: free some space, or write elsewhere.'],
  ['EROFS', 'The file system is read-only: write elsewhere.'],
  ['EACCES', 'Check who may read and write there, or choose another folder.'],
  ['EPERM', 'Check who may read and write there, or choose another folder.'],
]);

/**
 * Normalises whatever was thrown into a {@link CovidCtError}, once, at the boundary.
 * Faults of the disk get their own code; anything unknown is `ENVIRONMENT`, with the original as its cause.
 */
export function asCovidCtError(error: unknown): CovidCtError {
  if (error instanceof CovidCtError) return error;
  const code = systemErrorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const diskHint = code === undefined ? undefined : diskCodes.get(code);
  if (diskHint !== undefined) return new CovidCtError('DISK', `The disk refused: ${message}.`, { hint: diskHint, cause: error });
  if (code === 'ENOENT') return new CovidCtError('NOT_FOUND', `There is no such file: ${message}.`, { hint: 'Check the path.', cause: error });
  return new CovidCtError('ENVIRONMENT', message, { hint: 'Run again with --debug to see where it comes from.', cause: error });
}
