import yargs, { type Argv } from 'yargs';
import { commands } from './commands/index.ts';
import { packageVersion } from './version.ts';
import { CovidCtError, asCovidCtError } from '../base/index.ts';
import { printError, type CommonArguments, type Outcome } from './command.ts';

/** The command that the arguments name; all of them where they name none, for help and suggestions. */
function commandsFor(argv: readonly string[]) {
  const [name = ''] = argv;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load === undefined ? Object.values(commands) : [load];
}

/**
 * Runs the command line.
 * @param argv the arguments, without node and script
 * @returns the exit code: 0 fine, 1 it ran and found problems, 2 wrong usage, 3 bad input, 4 environment
 */
export async function main(argv: readonly string[]): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  let parser: Argv<CommonArguments> = yargs([...argv])
    .scriptName('covid-ct')
    .usage('covid-ct <command>\n\nTurns published papers into a chest-CT benchmark that can be trusted.\nFor research, never for diagnosis.')
    .option('json', { type: 'boolean', describe: 'print one JSON document on stdout', global: true })
    .option('workspace', { type: 'string', requiresArg: true, describe: 'folder for what is kept (default: $COVID_CT_WORKSPACE or .covid-ct)', global: true })
    .option('debug', { type: 'boolean', describe: 'show where an error comes from', global: true })
    .parserConfiguration({ 'camel-case-expansion': true })
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .strict()
    .recommendCommands()
    .demandCommand(1, 'Name a command; covid-ct --help lists them.')
    .wrap(Math.min(80, process.stdout.columns ?? 80))
    .exitProcess(false)
    // Thrown, so that a command with wrong arguments does not run all the same.
    .fail((message: string | null, error: Error | undefined) => {
      if (message === null && error !== undefined) throw error;
      const command = argv[0] === undefined || argv[0].startsWith('-') || message?.includes(argv[0]) === true || message?.startsWith('Did you mean') === true ? '' : `${argv[0]} `;
      throw new CovidCtError('USAGE', message ?? String(error), { hint: `See: covid-ct ${command}--help` });
    });
  for (const load of commandsFor(argv)) parser = (await load())(parser, outcome);
  try {
    await parser.parseAsync();
  } catch (thrown) {
    const error = asCovidCtError(thrown);
    printError(error, argv.includes('--debug'));
    return error.exitCode;
  }
  return outcome.exitCode;
}
