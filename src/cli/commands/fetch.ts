import { formatBytes } from '../../base/index.ts';
import { acceptedHashes, fetchRelease, imagesAgree, proxyWarning, readManifest, upstreamRepository, type FetchReport } from '../../release/index.ts';
import { defineCommand, type CommandContext } from '../command.ts';

/** How many names are printed of a long list; `--json` gives all. */
const namesShown = 10;

function printNames(context: CommandContext, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  context.print(`${what}: ${names.length}`);
  for (const name of names.slice(0, namesShown)) context.print(`  ${name}`);
  if (names.length > namesShown) context.print(`  … and ${names.length - namesShown} more: --json lists all.`);
}

function printReport(report: FetchReport, context: CommandContext): void {
  const { images } = report;
  context.print(`Fetched ${report.source}`);
  context.print(`into ${context.workspace.folder}`);
  context.print(`${report.files} files, ${formatBytes(report.bytes)}; ${formatBytes(report.fetchedBytes)} over the network this time${report.resumed ? ', the rest was here' : ''}.`);
  for (const path of report.absent) context.print(`The source has no ${path}.`);
  context.print(`Of ${images.known} known images ${images.unchanged} are here, unchanged.`);
  printNames(context, 'Changed', images.changed);
  printNames(context, 'Missing', images.missing);
  printNames(context, 'Unknown', images.unknown);
}

/** `covid-ct fetch [SOURCE]`. */
export const fetchCommand = defineCommand({
  command: 'fetch [source]',
  describe: 'Bring the published release into the workspace',
  examples: [
    ['covid-ct fetch', "from upstream's repository; run it again to resume"],
    ['covid-ct fetch ~/COVID-CT', 'from a folder, its zips closed or unpacked'],
    ['covid-ct fetch COVID-CT-master.zip --strict', 'refuse it if any image differs'],
  ],
  options: (yargs) =>
    yargs
      .positional('source', { type: 'string', default: upstreamRepository, describe: 'a folder, a zip, or an http(s) address of either' })
      .option('strict', { type: 'boolean', default: false, describe: 'import nothing when an image is changed, missing or unknown' }),
  run: async (args, context) => {
    const warning = /^https?:/i.test(args.source) ? proxyWarning() : undefined;
    if (warning !== undefined) context.note(warning);
    const report = await fetchRelease(args.source, {
      workspace: context.workspace,
      known: acceptedHashes(readManifest()),
      strict: args.strict,
      progress: context.progress,
      signal: context.signal,
    });
    printReport(report, context);
    context.printJson(report);
    return imagesAgree(report.images) ? 0 : 1;
  },
});
