import type { Argv, ArgumentsCamelCase, CommandModule } from 'yargs';
import { wrapText } from './wrap-text.ts';
import { asCovidCtError, CovidCtError, openWorkspace, parentProgress, terminalProgress, whenParentEnds, type Progress, type Workspace } from '../base/index.ts';

/** What a command is given beside its arguments: where to print, and where things are kept. */
export interface CommandContext {
  /** With `--json`: one document on stdout, and nothing else there. */
  readonly json: boolean;
  /** Prints a line on stdout. With `--json` it goes to stderr, so that stdout holds the document alone. */
  print(text?: string): void;
  /** Prints the document of `--json` on stdout; does nothing without `--json`. */
  printJson(document: unknown): void;
  /** Prints a line on stderr: notes and warnings. */
  note(text: string): void;
  readonly progress: Progress;
  readonly workspace: Workspace;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Options that every command takes. */
export interface CommonArguments {
  readonly json?: boolean | undefined;
  readonly debug?: boolean | undefined;
  readonly workspace?: string | undefined;
}

/** A command: one file in `commands/`, one line in `commands/index.ts`. */
export interface CommandDefinition<T> {
  /** As yargs has it: `stats`, `verify [names..]`. */
  readonly command: string;
  readonly describe: string;
  /** Pairs of command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  readonly options: (yargs: Argv<CommonArguments>) => Argv<T>;
  /** Gives the exit code: 0 fine, 1 it ran and found problems. Throws CovidCtError for the rest. */
  readonly run: (args: ArgumentsCamelCase<T>, context: CommandContext) => Promise<number>;
}

/** The exit code of the command that ran, handed from the handler to `main`. */
export interface Outcome {
  exitCode: number;
}

/** Prints an error as people should see it: the sentence, then the hint. A stack only with `--debug`. */
export function printError(error: CovidCtError, debug: boolean): void {
  process.stderr.write(`covid-ct: ${error.message}\n`);
  if (error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`);
  if (debug) {
    process.stderr.write(`  [${error.code}] ${error.stack ?? ''}\n`);
    if (error.cause instanceof Error) process.stderr.write(`  caused by ${error.cause.stack ?? error.cause.message}\n`);
  }
}

function contextFor(args: CommonArguments, signal: AbortSignal): CommandContext {
  const json = args.json === true;
  return {
    json,
    print: (text = '') => void (json ? process.stderr : process.stdout).write(`${text}\n`),
    printJson: (document) => void (json && process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)),
    note: (text) => void process.stderr.write(`${wrapText(text)}\n`),
    progress: parentProgress() ?? terminalProgress(),
    workspace: openWorkspace(args.workspace),
    signal,
  };
}

/** yargs turns an option that is given twice into a list; where none is expected, that is a mistake to be told. */
function refuseRepeated(yargs: Argv<CommonArguments>): (args: Readonly<Record<string, unknown>>) => true {
  // What yargs knows of its options is public at run time, and missing from its types.
  const known = yargs as unknown as { getOptions(): { readonly array: readonly string[] } };
  return (args) => {
    const lists = new Set(['_', ...known.getOptions().array]);
    const repeated = Object.keys(args).find((name) => Array.isArray(args[name]) && !lists.has(name));
    if (repeated !== undefined) throw new CovidCtError('USAGE', `--${repeated} is given more than once.`, { hint: 'Give it once.' });
    return true;
  };
}

/** Turns a definition into a yargs command whose result, or error, ends up in `outcome`. */
export function toYargs<T extends CommonArguments>(definition: CommandDefinition<T>, outcome: Outcome): CommandModule<CommonArguments, T> {
  return {
    command: definition.command,
    describe: definition.describe,
    builder: (yargs) =>
      definition
        .options(yargs)
        .check(refuseRepeated(yargs), false)
        .example(definition.examples.map(([line, what]): [string, string] => [line, what])),
    handler: async (args) => {
      const controller = new AbortController();
      const interrupt = () => controller.abort();
      process.once('SIGINT', interrupt);
      whenParentEnds(interrupt);
      try {
        outcome.exitCode = await definition.run(args, contextFor(args, controller.signal));
      } catch (thrown) {
        const error = asCovidCtError(thrown);
        printError(error, args.debug === true);
        outcome.exitCode = error.exitCode;
      } finally {
        process.removeListener('SIGINT', interrupt);
      }
    },
  };
}

/** What a file in `commands/` exports: adds its command to a parser, whose result ends up in `outcome`. */
export type CommandRegistration = (parser: Argv<CommonArguments>, outcome: Outcome) => Argv<CommonArguments>;

/** Gives a definition its argument types, and hides them from the list of commands. */
export function defineCommand<T extends CommonArguments>(definition: CommandDefinition<T>): CommandRegistration {
  return (parser, outcome) => parser.command(toYargs(definition, outcome));
}
