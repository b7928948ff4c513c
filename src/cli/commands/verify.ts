import { isWhole, verifyRelease } from '../../release/index.ts';
import { defineCommand } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { printVerification } from '../print-verification.ts';

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
      if (!context.json) printVerification(found, context);
      context.printJson({ release: release.name, source: release.source, whole: isWhole(found), ...found });
      return isWhole(found) ? 0 : 1;
    } finally {
      await release.close();
    }
  },
});
