import { describeRelease } from '../../release/index.ts';
import { defineCommand } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { printStats } from '../print-stats.ts';

/** `covid-ct stats`. */
export const statsCommand = defineCommand({
  command: 'stats',
  describe: 'Count images, patients, venues and formats, claimed and found',
  examples: [
    ['covid-ct stats --release ~/COVID-CT', 'tables for a release'],
    ['covid-ct stats --json', 'one JSON document'],
  ],
  options: (yargs) => releaseOption(yargs),
  run: async (args, context) => {
    const release = await openReleaseFor(args, context);
    try {
      const stats = await describeRelease(release, context.progress);
      if (!context.json) printStats(stats, context);
      context.printJson(stats);
      return 0;
    } finally {
      await release.close();
    }
  },
});
