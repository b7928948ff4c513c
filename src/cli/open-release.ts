import type { Argv } from 'yargs';
import { openRelease, openSample, openWorkspaceTree, type Release } from '../release/index.ts';
import type { CommandContext, CommonArguments } from './command.ts';

/** The option that every command takes which reads a release. */
export interface ReleaseArguments extends CommonArguments {
  readonly release?: string | undefined;
}

/** Adds `--release`. */
export function releaseOption<T extends CommonArguments>(yargs: Argv<T>): Argv<T & ReleaseArguments> {
  return yargs.option('release', {
    type: 'string',
    requiresArg: true,
    describe: "a release: folder, .zip or .csv; `sample` for the synthetic one (default: the workspace's, else the sample)",
  });
}

/**
 * Opens the release that a command is about, and says on stderr which one where none was named.
 * @throws CovidCtError as `openRelease` does
 */
export async function openReleaseFor(args: ReleaseArguments, context: CommandContext): Promise<Release> {
  if (args.release !== undefined && args.release !== 'sample') return openRelease(args.release);
  if (args.release === undefined) {
    const fetched = await openWorkspaceTree(context.workspace);
    if (fetched !== undefined) {
      const release = await openRelease(fetched, { name: 'COVID-CT-Dataset' });
      context.note(`Reading the release fetched into ${context.workspace.folder}.`);
      return release;
    }
  }
  const release = await openSample();
  if (args.release === undefined) context.note('Reading the embedded sample: synthetic, drawn by the project. --release DIR reads another; covid-ct fetch brings the real one.');
  return release;
}
