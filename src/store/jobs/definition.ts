import type { z } from 'zod';
import { CovidCtError, type Workspace } from '../../base/index.ts';
import type { Database } from '../schema.ts';
import type { JobProgress } from './types.ts';

/** What a job's work is given in its own process. The database is not among it: the process that owns it records the result. */
export interface JobContext {
  readonly workspace: Workspace;
  /** Aborted when somebody cancels the job. */
  readonly signal: AbortSignal;
  progress(step: JobProgress): void;
  /** Adds a line to the job's log. */
  log(text: string): void;
}

/** A kind of job: what it is called, what it takes, what it does in a process of its own, and what of it is recorded. */
export interface JobDefinition<A, R> {
  readonly kind: string;
  readonly arguments: z.ZodType<A>;
  /**
   * Runs in a worker process; what it gives must be JSON. It may be killed and begun again at any point, so that what it
   * leaves on disk must be whole or nothing (objects by hash, atomic files).
   */
  run(args: A, context: JobContext): Promise<R>;
  /** Runs in the process that owns the database, in the transaction that ends the job: both happen or neither. */
  record?(db: Database, args: A, result: R): Promise<void>;
}

/** A definition whose types only it knows: arguments are parsed by its schema before they reach it. */
export interface AnyJobDefinition {
  readonly kind: string;
  /** @throws CovidCtError BAD_INPUT for arguments that are none of this kind */
  check(args: unknown): void;
  run(args: unknown, context: JobContext): Promise<unknown>;
  record(db: Database, args: unknown, result: unknown): Promise<void>;
}

/**
 * Makes a definition usable by the runner. A module lists those that it has in an export called `jobs`; the same module is
 * loaded by the owner of the database and by its worker processes, so that heavy imports belong inside `run`.
 */
export function defineJob<A, R>(definition: JobDefinition<A, R>): AnyJobDefinition {
  const parse = (args: unknown): A => {
    const parsed = definition.arguments.safeParse(args);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new CovidCtError('BAD_INPUT', `A job of kind ${definition.kind} cannot take these arguments: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`, { cause: parsed.error });
  };
  return {
    kind: definition.kind,
    check: (args) => void parse(args),
    run: (args, context) => definition.run(parse(args), context),
    // A result goes from `run` to `record` as JSON, unread in between.
    record: async (db, args, result) => definition.record?.(db, parse(args), result as R),
  };
}
