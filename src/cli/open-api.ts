import { readFile } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { CovidCtError } from '../base/index.ts';
import { endpointsSchema, knownDois, openApi, type Api } from '../papers/index.ts';
import { openRelease, openWorkspaceTree } from '../release/index.ts';
import type { CommandContext, CommonArguments } from './command.ts';
import type { ReleaseArguments } from './open-release.ts';

/** Options of commands that ask Crossref, the preprint servers, Europe PMC, Unpaywall and PMC. */
export interface ApiArguments extends CommonArguments {
  readonly email?: string | undefined;
  readonly endpoints?: string | undefined;
}

/** Adds `--email` and `--endpoints`. */
export function apiOptions<T extends CommonArguments>(yargs: Argv<T>): Argv<T & ApiArguments> {
  return yargs
    .option('email', { type: 'string', requiresArg: true, describe: 'your address, for services that want one (default: $COVID_CT_EMAIL)' })
    .option('endpoints', { type: 'string', requiresArg: true, describe: 'JSON file of other addresses of the services (mirrors)' });
}

/** Opens the way to the services. @throws CovidCtError BAD_INPUT for a file of addresses that is none */
export async function openApiFor(args: ApiArguments, context: CommandContext): Promise<Api> {
  const email = args.email ?? process.env['COVID_CT_EMAIL'];
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) throw new CovidCtError('USAGE', `${JSON.stringify(email)} is no e-mail address.`);
  if (args.endpoints === undefined) return openApi({ workspace: context.workspace, email, signal: context.signal });
  try {
    const endpoints = endpointsSchema.parse(JSON.parse(await readFile(args.endpoints, 'utf8')));
    // Servers of one's own need no patience.
    return openApi({ workspace: context.workspace, email, signal: context.signal, endpoints, pause: 0 });
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${args.endpoints} is no file of addresses.`, { hint: `It is a JSON object with any of: ${Object.keys(endpointsSchema.shape).join(', ')}.`, cause: error });
  }
}

/** The papers of the release that is named, or of the one in the workspace; none where there is neither. */
export async function readKnownDois(args: ReleaseArguments, context: CommandContext): Promise<ReadonlySet<string>> {
  const source = args.release ?? (await openWorkspaceTree(context.workspace));
  if (source === undefined || source === 'sample') {
    context.note('No release is compared with: name one by --release, or bring one into the workspace by covid-ct fetch.');
    return new Set();
  }
  const release = await openRelease(source);
  try {
    return knownDois(release);
  } finally {
    await release.close();
  }
}
