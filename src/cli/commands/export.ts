import type { Argv, ArgumentsCamelCase } from 'yargs';
import { exportRelease, exporters } from '../../release/index.ts';
import { confoundNote, exportRequestOf, tablesOf } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { packageVersion } from '../version.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor, trackOptions } from '../open-track.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .positional('format', { choices: exporters.map((exporter) => exporter.name), demandOption: true, describe: exporters.map((exporter) => `${exporter.name}: ${exporter.describe}`).join('; ') })
    .option('out', { type: 'string', requiresArg: true, demandOption: true, describe: 'folder to make; it must not exist or be empty' });
}

type ExportArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

async function run(args: ArgumentsCamelCase<ExportArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const track = await openTrackFor(args, context, release);
    const request = exportRequestOf(release, track, packageVersion());
    await exportRelease(args.format, args.out, request, { progress: context.progress, signal: context.signal, tables: tablesOf(track) });
    if (!context.json) {
      context.print(`${request.images.length} images (track ${track.name}) written to ${args.out} as ${args.format}; ${track.leftOut.length} left out.`);
      context.print('README.md says how to open it, and whose the images are; CITATION.bib what to cite.');
      context.print(wrapText(confoundNote));
    }
    context.printJson({
      format: args.format, out: args.out, release: release.name, track: track.name, seed: track.seed ?? null,
      images: request.images.length, leftOut: track.leftOut, proof: track.proof.holds, note: confoundNote,
    });
    return 0;
  } finally {
    await release.close();
  }
}

export const exportCommand = defineCommand<ExportArguments>({
  command: 'export <format>',
  describe: 'Write the release for other tools: Croissant, Parquet, ImageFolder, CSV, upstream',
  examples: [
    ['$0 export croissant --out croissant', 'Croissant 1.1 with RAI fields, for mlcroissant'],
    ['$0 export parquet --track clean --out parquet', 'the clean track, for Hugging Face datasets and pandas'],
    ['$0 export upstream --out copy', 'the original layout, as it was published'],
  ],
  options,
  run,
});
