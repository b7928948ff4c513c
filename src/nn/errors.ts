/** Codes of what can go wrong with networks. `src/nn` imports nothing of ours; the command line maps these to its own. */
export const nnErrorCodes = ['SHAPE', 'UNSUPPORTED', 'BAD_CHECKPOINT', 'BAD_MODEL', 'DIVERGED', 'OUT_OF_MEMORY', 'CANCELLED', 'BAD_INPUT', 'ENVIRONMENT'] as const;

/** A code of {@link nnErrorCodes}. */
export type NnErrorCode = (typeof nnErrorCodes)[number];

/** What went wrong with which tensor, operation or file, and what to do about it. */
export class NnError extends Error {
  override readonly name = 'NnError';
  readonly code: NnErrorCode;
  readonly hint: string | undefined;

  constructor(code: NnErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
