export { NnError, nnErrorCodes, type NnErrorCode } from './errors.ts';
