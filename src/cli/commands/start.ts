import { describeRelease, isWhole, verifyRelease } from '../../release/index.ts';
import { defineCommand } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { printStats } from '../print-stats.ts';
import { printVerification } from '../print-verification.ts';

/** `covid-ct start`, which `npm start` runs. It shows; only `verify` judges by its exit code. */
export const startCommand = defineCommand({
  command: 'start',
  describe: "Show a release's health, on the embedded sample by default",
  examples: [
    ['covid-ct start', 'the synthetic sample'],
    ['covid-ct start --release ~/COVID-CT', 'the real release'],
  ],
  options: (yargs) => releaseOption(yargs),
  run: async (args, context) => {
    const release = await openReleaseFor(args.release === undefined ? { ...args, release: 'sample' } : args, context);
    try {
      const stats = await describeRelease(release, context.progress);
      const found = await verifyRelease(release, { progress: context.progress, signal: context.signal });
      if (!context.json) {
        printStats(stats, context);
        context.print();
        printVerification(found, context);
        context.print();
        if (release.synthetic) {
          context.print('This is the embedded sample: synthetic, with defects planted on purpose. For a real one:');
          context.print('  npx covid-ct fetch                     brings the published release here');
          context.print('  npx covid-ct start --release FOLDER    reads one that you have, in place');
        }
        context.print('For research, never for diagnosis. npx covid-ct --help lists what else it does.');
      }
      context.printJson({ stats, verification: { whole: isWhole(found), ...found } });
      return 0;
    } finally {
      await release.close();
    }
  },
});
