import { basename, join, resolve } from 'node:path';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { dataSplitFiles, proofLines, tablesOf, trackDocument, writeDataSplit, type Track } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { packageVersion } from '../version.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor, trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs))
    .option('folds', { type: 'number', requiresArg: true, describe: 'clean: this many grouped, stratified folds instead of train, val and test' })
    .option('out', { type: 'string', requiresArg: true, describe: 'write the name lists into this folder, as upstream lays out Data-split' });
}

type SplitArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function printTrack(track: Track, context: CommandContext): void {
  const seed = track.seed === undefined ? '' : `, seed ${track.seed}`;
  context.print(`Track ${track.name}${seed}: ${track.images.length} images in ${track.groups} groups, ${track.leftOut.length} left out.`);
  context.print();
  context.print(formatTable(['part', 'wanted', 'images', 'share %'], track.achieved.map((part) => [part.part, Math.round(part.wanted * 10) / 10, part.images, Math.round(part.share * 1000) / 10])));
  for (const table of tablesOf(track)) {
    context.print(`\n${table.title}`);
    context.print(formatTable(table.columns, table.rows));
    context.print(wrapText(table.note));
  }
  if (track.leftOut.length > 0) {
    context.print('\nLeft out');
    for (const { id, reason, detail } of track.leftOut) context.print(`  ${id}: ${reason} (${detail})`);
  }
  context.print();
  for (const line of proofLines(track)) context.print(wrapText(line));
}

/** `Data-split` in the folder that was named, or that folder itself where it is called so. */
function dataSplitFolder(out: string): string {
  return basename(resolve(out)) === 'Data-split' ? out : join(out, 'Data-split');
}

async function run(args: ArgumentsCamelCase<SplitArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const track = await openTrackFor(args, context, release);
    const files = args.out === undefined ? dataSplitFiles(release, track) : await writeDataSplit(release, track, dataSplitFolder(args.out));
    if (!context.json) {
      printTrack(track, context);
      if (track.name === 'legacy' && args.audit === undefined) context.print('Duplicates were not looked for; --audit audit.json adds them.');
      if (args.out !== undefined) context.print(`${files.length} lists written to ${dataSplitFolder(args.out)}.`);
    }
    context.printJson({ ...trackDocument(release, track, packageVersion()), files: args.out === undefined ? [] : files.map(({ path }) => path) });
    // Groups that straddle the published lists are said above, and are the audit's to judge: the lists are what was asked
    // for. In the clean track they would be a fault of ours.
    return track.proof.holds || track.name === 'legacy' ? 0 : 1;
  } finally {
    await release.close();
  }
}

export const split = defineCommand<SplitArguments>({
  command: 'split',
  describe: 'Show or write train, val and test: as published, or grouped without leakage',
  examples: [
    ['$0 split --track clean', 'grouped by patient, paper, figure and duplicate, with the proof'],
    ['$0 split --track clean --out clean', 'the same as name lists, in clean/Data-split'],
    ['$0 split --track legacy --out legacy', 'the published lists, byte for byte'],
    ['$0 split --folds 5 --seed 7 --json', 'five grouped folds as JSON'],
  ],
  options,
  run,
});
