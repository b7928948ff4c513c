import type { Argv, ArgumentsCamelCase } from 'yargs';
import { resolveImages } from '../../audit/index.ts';
import { citationsOf, formatBibtex, formatPlainCitations } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('images', { type: 'string', array: true, default: [] as string[], describe: 'names of images (default: all)' })
    .option('format', { choices: ['plain', 'bibtex'] as const, default: 'plain' as const, describe: 'how to print' });
}

type CiteArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

async function run(args: ArgumentsCamelCase<CiteArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const wanted = new Set(resolveImages(release, args.images.map(String)));
    const images = wanted.size === 0 ? release.images : release.images.filter((image) => wanted.has(image.id));
    const citations = citationsOf(release, images);
    if (!context.json) {
      if (release.synthetic) context.note('This is the synthetic sample: its papers are made up.');
      context.print((args.format === 'bibtex' ? formatBibtex(citations) : formatPlainCitations(citations)).trimEnd());
    }
    context.printJson({ release: release.name, synthetic: release.synthetic, ...citations });
    return 0;
  } finally {
    await release.close();
  }
}

export const cite = defineCommand<CiteArguments>({
  command: 'cite [images..]',
  describe: "Print what to cite: the data set's papers, and those of the images",
  examples: [
    ['$0 cite --format bibtex', 'everything, as BibTeX'],
    ["$0 cite '2020.02.11.20021493-p16-109%0.png'", 'for one image'],
  ],
  options,
  run,
});
