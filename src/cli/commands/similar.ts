import { readFile } from 'node:fs/promises';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, pathExists } from '../../base/index.ts';
import { describeLooks, looksLength, nearestLooks } from '../../imaging/index.ts';
import { decodePicture } from '../../imaging/node.ts';
import type { Release, ReleaseImage } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { formatTable } from '../table.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('image', { type: 'string', describe: 'an image of the release by its name, or a picture file' })
    .option('count', { type: 'number', requiresArg: true, default: 12, describe: 'how many to give' })
    .option('split', { choices: ['train', 'val', 'test'] as const, describe: 'only images of this published list' })
    .option('index', { type: 'boolean', default: false, describe: 'give what all images look like instead, for others to compare with (with --json)' });
}

type SimilarArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

/** What each image that can be decoded looks like, one after the other. */
async function looksOf(release: Release, context: CommandContext): Promise<{ readonly images: readonly ReleaseImage[]; readonly data: Int8Array }> {
  const images: ReleaseImage[] = [];
  const looks: Int8Array[] = [];
  for (const [done, image] of release.images.entries()) {
    if (context.signal.aborted) throw new CovidCtError('CANCELLED', 'The comparison was interrupted.');
    const picture = await release.picture(image).catch(() => undefined);
    if (picture !== undefined) {
      images.push(image);
      looks.push(describeLooks(picture));
    }
    context.progress({ label: 'looking at pictures', done: done + 1, total: release.images.length });
  }
  const data = new Int8Array(looks.length * looksLength);
  for (const [i, one] of looks.entries()) data.set(one, i * looksLength);
  return { images, data };
}

async function wantedPicture(name: string, release: Release): Promise<{ readonly looks: Int8Array; readonly id: string | undefined }> {
  const image = release.images.find((one) => one.id === name || one.name === name);
  if (image !== undefined) return { looks: describeLooks(await release.picture(image)), id: image.id };
  if (!(await pathExists(name))) throw new CovidCtError('NOT_FOUND', `${JSON.stringify(name)} is neither an image of ${release.name} nor a file.`, { hint: 'covid-ct list shows the names.' });
  return { looks: describeLooks(await decodePicture(await readFile(name))), id: undefined };
}

async function run(args: SimilarArguments, context: CommandContext): Promise<number> {
  if (args.image === undefined && !args.index) throw new CovidCtError('USAGE', 'Name an image, or ask for the index.', { hint: 'See: covid-ct similar --help' });
  const release = await openReleaseFor(args, context);
  try {
    const wanted = args.image === undefined ? undefined : await wantedPicture(args.image, release);
    const { images, data } = await looksOf(release, context);
    if (wanted === undefined) {
      context.print(`${images.length} images of ${release.name} described; --json gives the descriptions.`);
      context.printJson({ format: 'covid-ct looks 1', release: release.name, synthetic: release.synthetic, length: looksLength, images: images.map(({ id }) => id), data: Buffer.from(data.buffer).toString('base64') });
      return 0;
    }
    const allowed = (index: number): boolean => images[index]?.id !== wanted.id && (args.split === undefined || images[index]?.splits.includes(args.split) === true);
    const matches = nearestLooks(wanted.looks, data, args.count, allowed).flatMap(({ index, likeness }) => (images[index] === undefined ? [] : [{ image: images[index], likeness }]));
    if (!context.json) context.print(formatTable(['image', 'label', 'split', 'likeness'], matches.map(({ image, likeness }) => [image.name, image.label, image.splits.join('+'), likeness.toFixed(3)]), { right: [3] }));
    context.note('Alike from afar, not the same: covid-ct audit finds duplicates.');
    context.printJson({ release: release.name, synthetic: release.synthetic, matches: matches.map(({ image, likeness }) => ({ id: image.id, label: image.label, splits: image.splits, likeness })) });
    return 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct similar`. */
export const similarCommand = defineCommand({
  command: 'similar [image]',
  describe: 'Find the images that look most like one',
  examples: [
    ["$0 similar '2020.02.11.20021493-p16-109%0.png'", 'the twelve images most like it'],
    ['$0 similar ct.png --split train --count 5', 'the training images most like a picture of your own'],
  ],
  options,
  run,
});
