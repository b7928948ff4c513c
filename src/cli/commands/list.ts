import type { ReleaseImage } from '../../release/index.ts';
import { defineCommand } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { formatTable } from '../table.ts';

function toRecord(image: ReleaseImage): Readonly<Record<string, unknown>> {
  const { metadata, parts } = image;
  return {
    id: image.id,
    name: image.name,
    label: image.label,
    splits: image.splits,
    patient: image.patient ?? null,
    paper: image.paper ?? null,
    doi: image.doi ?? null,
    venue: image.venue,
    figure: parts.figure ?? null,
    panels: parts.panels,
    age: metadata?.age.raw ?? null,
    sex: metadata?.sex.value ?? null,
    licence: image.licence,
    location: image.location,
    size: image.size,
  };
}

/** `covid-ct list`. */
export const listCommand = defineCommand({
  command: 'list',
  describe: 'List the images of a release',
  examples: [
    ['covid-ct list --label COVID --split test', 'the COVID images of the published test list'],
    ['covid-ct list --patient "Patient 12" --json', 'all that is known of one patient’s images'],
  ],
  options: (yargs) =>
    releaseOption(yargs)
      .option('label', { type: 'string', requiresArg: true, describe: 'only this label' })
      .option('split', { choices: ['train', 'val', 'test', 'none'] as const, describe: 'only this published split' })
      .option('patient', { type: 'string', requiresArg: true, describe: 'only this patient' })
      .option('paper', { type: 'string', requiresArg: true, describe: 'only this paper, by DOI or stem' }),
  run: async (args, context) => {
    const release = await openReleaseFor(args, context);
    try {
      const paper = args.paper?.toLowerCase();
      const images = release.images.filter(
        (image) =>
          (args.label === undefined || image.label === args.label) &&
          (args.split === undefined || (args.split === 'none' ? image.splits.length === 0 : image.splits.includes(args.split))) &&
          (args.patient === undefined || image.patient === args.patient) &&
          (paper === undefined || image.paper?.toLowerCase() === paper || image.parts.stem?.toLowerCase() === paper),
      );
      if (!context.json) {
        context.print(formatTable(['image', 'label', 'split', 'patient', 'venue'], images.map((image) => [image.name, image.label, image.splits.join('+'), image.patient, image.venue])));
        context.print();
        context.print(`${images.length} of ${release.images.length} images of ${release.name}.`);
      }
      context.printJson({ release: release.name, source: release.source, synthetic: release.synthetic, images: images.map(toRecord) });
      return 0;
    } finally {
      await release.close();
    }
  },
});
