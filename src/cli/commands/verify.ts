import { verifyGrown } from '../../curation/index.ts';
import { isWhole, verifyRelease } from '../../release/index.ts';
import { defineCommand } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { printGrown, printVerification } from '../print-verification.ts';

/** `covid-ct verify`. */
export const verifyCommand = defineCommand({
  command: 'verify',
  describe: 'Is a release complete, unchanged, readable? Exit code 1 when not',
  examples: [
    ['covid-ct verify --release ~/COVID-CT', 'hash every image; decode those whose hash is not known'],
    ['covid-ct verify --decode', 'decode every image as well'],
  ],
  options: (yargs) => releaseOption(yargs).option('decode', { type: 'boolean', default: false, describe: 'decode every image, also those whose hash is known' }),
  run: async (args, context) => {
    const release = await openReleaseFor(args, context);
    try {
      const found = await verifyRelease(release, { decode: args.decode, progress: context.progress, signal: context.signal });
      const grown = await verifyGrown(release);
      // What a release that grew from the published one has and lacks is told by its own release.json.
      const judged = grown === undefined ? found : { ...found, known: false, missing: [], extra: [], changed: [] };
      const whole = isWhole(judged) && (grown?.faults.length ?? 0) === 0;
      if (!context.json) {
        printVerification(judged, context);
        if (grown !== undefined) printGrown(grown, context);
      }
      context.printJson({ release: release.name, source: release.source, whole, ...judged, grown: grown ?? null });
      return whole ? 0 : 1;
    } finally {
      await release.close();
    }
  },
});
