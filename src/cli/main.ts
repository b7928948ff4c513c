import yargs from 'yargs';
import { readFileSync } from 'node:fs';
import { commands } from './commands/index.ts';
import type { CommonArguments, Outcome } from './command.ts';

/** The package's version. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Runs the command line.
 * @param argv the arguments, without node and script
 * @returns the exit code: 0 fine, 1 it ran and found problems, 2 wrong usage, 3 bad input, 4 environment
 */
export async function main(argv: readonly string[]): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  let parser = yargs([...argv])
    .scriptName('covid-ct')
    .usage('covid-ct <command>\n\nTurns published papers into a chest-CT benchmark that can be trusted.\nFor research, never for diagnosis.')
    .option('json', { type: 'boolean', describe: 'print one JSON document on stdout', global: true })
    .option('workspace', { type: 'string', requiresArg: true, describe: 'folder for what is kept (default: $COVID_CT_WORKSPACE or .covid-ct)', global: true })
    .option('debug', { type: 'boolean', describe: 'show where an error comes from', global: true })
    .parserConfiguration({ 'camel-case-expansion': true, 'duplicate-arguments-array': false })
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .strict()
    .recommendCommands()
    .demandCommand(1, 'Name a command; covid-ct --help lists them.')
    .wrap(Math.min(80, process.stdout.columns ?? 80))
    .exitProcess(false)
    .fail((message, error, instance) => {
      if (error !== undefined && error !== null && message === null) throw error;
      process.stderr.write(`covid-ct: ${message ?? String(error)}\n  See: covid-ct ${argv[0]?.startsWith('-') === false ? `${argv[0]} ` : ''}--help\n`);
      outcome.exitCode = 2;
      void instance;
    });
  for (const command of commands) parser = parser.command(command(outcome)) as typeof parser;
  await (parser as unknown as { parseAsync(): Promise<CommonArguments> }).parseAsync();
  return outcome.exitCode;
}
