import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError } from '../../base/index.ts';
import { defaultHost, defaultPort, startServer, streamLog } from '../../server/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { packageVersion } from '../version.ts';

export function serveOptions(yargs: Argv<CommonArguments>) {
  return yargs
    .option('release', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'show this release: folder, .zip or .csv; may be given again' })
    .option('port', { type: 'number', requiresArg: true, default: defaultPort, describe: '0 takes any that is free' })
    .option('host', { type: 'string', requiresArg: true, default: defaultHost, describe: 'another address than this machine’s own demands a token' })
    .option('token', { type: 'string', requiresArg: true, describe: 'the token to demand (default: $COVID_CT_TOKEN, else one is made where one is needed)' })
    .option('allow-host', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'a further name by which the workbench is reached; may be given again' });
}

export type ServeArguments = ArgumentsCamelCase<ReturnType<typeof serveOptions> extends Argv<infer T> ? T : never>;

/** Serves the workbench until Ctrl-C. */
export async function runServer(args: ServeArguments, context: CommandContext): Promise<number> {
  if (!Number.isInteger(args.port) || args.port < 0 || args.port > 65_535) throw new CovidCtError('USAGE', `--port ${args.port} is no port.`, { hint: 'A port is a whole number from 0 to 65535.' });
  const releases = (args.release ?? []).filter((path) => path !== 'sample');
  const server = await startServer({
    version: packageVersion(),
    workspace: context.workspace.folder,
    releases,
    host: args.host,
    port: args.port,
    token: args.token ?? process.env['COVID_CT_TOKEN'],
    allowedHosts: args['allow-host'],
    log: streamLog(process.stderr),
  });
  context.print(`covid-ct workbench: ${server.address}`);
  context.print(releases.length === 0 ? 'It shows the embedded sample, which is synthetic; --release DIR shows a real release.' : `It shows ${releases.join(', ')}, and the embedded sample, which is synthetic.`);
  context.print('For research, never for diagnosis. Ctrl-C ends it; jobs go on after the next start.');
  context.printJson({ address: server.address, port: server.port, workspace: context.workspace.folder });
  await new Promise<void>((resolve) => {
    context.signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('SIGTERM', () => resolve());
  });
  await server.close();
  return 0;
}

/** `covid-ct serve`. */
export const serveCommand = defineCommand({
  command: 'serve',
  describe: 'Open the workbench: look, judge, try and grow, in the browser',
  examples: [
    ['covid-ct serve', 'the workspace’s release and the synthetic sample, on http://127.0.0.1:4180'],
    ['covid-ct serve --release ~/COVID-CT', 'a release that you have, read in place'],
    ['covid-ct serve --host 0.0.0.0', 'for other machines too: asks them for the token that it prints'],
  ],
  options: serveOptions,
  run: runServer,
});
