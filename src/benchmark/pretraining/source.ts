import { CovidCtError, createRandom, sha256 } from '../../base/index.ts';
import { decodePicture } from '../../imaging/node.ts';
import { isPictureName, openFileTree, type FileTree, type Release, type ReleaseImage } from '../../release/index.ts';
import { imageFiles, type PictureFile } from '../training/pictures.ts';
import type { Parts } from '../training/parts.ts';

/** Pictures to pretrain on, and pictures to watch it by. */
export interface PretrainingSource {
  readonly kind: 'pictures' | 'training-images';
  readonly name: string;
  readonly synthetic: boolean;
  readonly seen: readonly PictureFile[];
  /** Never trained on. */
  readonly heldOut: readonly PictureFile[];
  readonly transductive: boolean;
  readonly sha256: string;
}

/** Share of the groups of pictures without labels that is held out. */
const heldOutShare = 0.1;

/** Slices of one scan, `<series>_slice52.png`, are one group; other pictures are groups of their own. */
const scanOf = (path: string): string => path.replace(/_slice\d+\.\w+$/i, '');

/**
 * Divides pictures without labels: a tenth of the scans is held out, by the seed.
 * @throws CovidCtError BAD_INPUT for fewer than ten pictures
 */
export function divideByScan(paths: readonly string[], seed: number): { readonly seen: readonly string[]; readonly heldOut: readonly string[] } {
  const scans = [...new Set(paths.map(scanOf))];
  if (paths.length < 10) throw new CovidCtError('BAD_INPUT', `${paths.length} pictures are too few to pretrain on.`, { hint: 'Give a folder or zip with ten at least.' });
  const out = new Set(createRandom(seed).fork('held-out scans').shuffle(scans).slice(0, Math.max(1, Math.round(heldOutShare * scans.length))));
  return { seen: paths.filter((path) => !out.has(scanOf(path))), heldOut: paths.filter((path) => out.has(scanOf(path))) };
}

/** A hash over names and contents, in order. */
async function hashOfFiles(parts: readonly (readonly [string, readonly string[]])[], read: (name: string) => Promise<Uint8Array>): Promise<{ readonly whole: string; readonly each: ReadonlyMap<string, string> }> {
  const each = new Map<string, string>();
  const lines: string[] = [];
  for (const [part, names] of parts) {
    for (const name of names) {
      const hash = sha256(await read(name));
      each.set(hash, name);
      lines.push(`${part}\t${name}\t${hash}`);
    }
  }
  return { whole: sha256(Buffer.from(lines.join('\n'))), each };
}

/** Images that a network is judged by: those of validation and test. */
const judgedImages = (parts: Parts): readonly ReleaseImage[] => [...parts.val, ...parts.test].map(({ image }) => image);

/**
 * Pictures without labels, out of a folder or zip that stays open until `close`.
 * @param judged the release and parts by which networks are to be judged, if known: none of these images may be among the pictures
 * @param transductive allows that
 * @throws CovidCtError BAD_INPUT where there are too few pictures, or images by which networks are judged
 */
export async function openPictures(
  path: string,
  seed: number,
  judged: { readonly release: Release; readonly parts: Parts } | undefined,
  transductive: boolean,
): Promise<PretrainingSource & { close(): Promise<void> }> {
  const tree = await openFileTree(path);
  try {
    const { seen, heldOut } = divideByScan(tree.entries.map((entry) => entry.path).filter(isPictureName), seed);
    const hash = await hashOfFiles([['seen', seen], ['held out', heldOut]], (name) => tree.read(name));
    let among = 0;
    for (const image of judged === undefined ? [] : judgedImages(judged.parts)) {
      const name = hash.each.get(sha256((await judged?.release.bytes(image)) ?? new Uint8Array()));
      if (name === undefined) continue;
      among += 1;
      if (!transductive) {
        throw new CovidCtError('BAD_INPUT', `${path} holds ${name}, which is ${image.id}, an image of validation or test.`, { hint: 'Take such images out, or say --transductive, which marks every run that follows.' });
      }
    }
    const files = (names: readonly string[]) => names.map((name) => fileOf(tree, name));
    return { kind: 'pictures', name: path.split('/').findLast((part) => part !== '') ?? path, synthetic: false, seen: files(seen), heldOut: files(heldOut), transductive: among > 0, sha256: hash.whole, close: () => tree.close() };
  } catch (error) {
    await tree.close();
    throw error;
  }
}

function fileOf(tree: FileTree, name: string): PictureFile {
  return {
    name,
    async read() {
      try {
        return await decodePicture(await tree.read(name));
      } catch (error) {
        if (!(error instanceof CovidCtError) || error.code !== 'BAD_IMAGE') throw error;
        throw new CovidCtError('BAD_IMAGE', `${name}: ${error.message}`, { hint: 'Take it out of the pictures.', cause: error });
      }
    },
  };
}

/** The training images of a track; watched by its validation images. Transductive: all of its images are seen. */
export async function trainingImages(release: Release, parts: Parts, transductive: boolean): Promise<PretrainingSource> {
  const of = (part: readonly { readonly image: ReleaseImage }[]) => part.map(({ image }) => image);
  const seen = transductive ? of([...parts.train, ...parts.val, ...parts.test]) : of(parts.train);
  const heldOut = of(parts.val);
  const images = new Map([...seen, ...heldOut].map((image) => [image.id, image]));
  const hash = await hashOfFiles([['seen', seen.map(({ id }) => id)], ['held out', heldOut.map(({ id }) => id)]], async (id) => {
    const image = images.get(id);
    return image === undefined ? new Uint8Array() : release.bytes(image);
  });
  return { kind: 'training-images', name: release.name, synthetic: release.synthetic, seen: imageFiles(release, seen), heldOut: imageFiles(release, heldOut), transductive, sha256: hash.whole };
}
