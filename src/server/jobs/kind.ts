import type { z } from 'zod';
import type { Workspace } from '../../base/index.ts';
import type { ShelfPlace } from '../shelf/shelf.ts';

/** What a job's command line is made with. */
export interface CommandContext {
  readonly workspace: Workspace;
  /** The release that the job is about. */
  readonly place: ShelfPlace | undefined;
  /** Of the job: names what it leaves. */
  readonly id: string;
}

/**
 * Jobs of one lane wait for each other: `train` for hours, `work` for minutes, `view` for the seconds that a page waits. So a page
 * does not wait until two hundred papers are read.
 */
export type Lane = 'train' | 'work' | 'view';

/** When a command has the database. */
export type DatabaseNeed = 'all the time' | 'until its progress begins';

/**
 * A kind of job: a command of the command line with typed input, so that page and terminal do the very same. One file a
 * kind, one line in `kinds/index.ts`.
 */
export interface JobKind<Input extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly input: Input;
  /** One line for lists. */
  title(input: z.output<Input>): string;
  /** Only the server's own routes begin it: its input holds paths. */
  readonly internal?: boolean;
  readonly lane: Lane;
  /** Its command opens the workspace's database, and the server gives it free: for as long as it runs, or until its progress begins. */
  readonly database?: DatabaseNeed;
  /** The arguments of `covid-ct`, without `--json` and `--workspace`. Made anew for each attempt, so that one can go on where another stopped. */
  command(input: z.output<Input>, context: CommandContext): Promise<readonly string[]>;
}

/** A kind whose input is checked when a job is asked for. */
export interface AnyJobKind {
  readonly name: string;
  readonly input: z.ZodType;
  readonly internal: boolean;
  readonly lane: Lane;
  readonly database: DatabaseNeed | undefined;
  /** @throws ZodError */
  titleOf(input: unknown): string;
  /** @throws ZodError */
  commandOf(input: unknown, context: CommandContext): Promise<readonly string[]>;
}

/** A kind as the queue takes it: whatever it is handed is parsed first. */
export function defineKind<Input extends z.ZodType>(kind: JobKind<Input>): AnyJobKind {
  const { name, input, lane, internal = false, database } = kind;
  return { name, input, lane, internal, database, titleOf: (given) => kind.title(input.parse(given)), commandOf: async (given, context) => kind.command(input.parse(given), context) };
}
