import { CovidCtError, type ErrorCode } from '../base/index.ts';
import { NnError, type NnErrorCode } from '../nn/index.ts';

const codes: Readonly<Record<NnErrorCode, ErrorCode>> = {
  SHAPE: 'BAD_MODEL',
  UNSUPPORTED: 'BAD_CHECKPOINT',
  BAD_CHECKPOINT: 'BAD_CHECKPOINT',
  BAD_MODEL: 'BAD_MODEL',
  DIVERGED: 'DIVERGED',
  OUT_OF_MEMORY: 'ENVIRONMENT',
  CANCELLED: 'CANCELLED',
  BAD_INPUT: 'BAD_INPUT',
  ENVIRONMENT: 'ENVIRONMENT',
};

/** What the engine throws, in the words of the command line; anything else is given back as it is. */
export function fromNn(error: unknown): unknown {
  if (!(error instanceof NnError)) return error;
  return new CovidCtError(codes[error.code], error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
}
