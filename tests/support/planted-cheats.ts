import { createRandom } from '../../src/base/index.ts';
import { featureControls, judgeControls, type JudgedControl } from '../../src/benchmark/index.ts';
import { paste, resize, toGray, type Picture } from '../../src/imaging/index.ts';
import { decodePicture, encodeJpeg, encodePng } from '../../src/imaging/node.ts';
import type { Release, ReleaseImage } from '../../src/release/index.ts';
import { legacyTrack } from '../../src/splits/index.ts';
import { bareImage, bareRelease } from './bare-release.ts';

/** Ways to give the label away that have nothing to do with lungs. */
export const cheats = ['corner square', 'file format', 'resolution'] as const;
/** One of {@link cheats}. */
export type Cheat = (typeof cheats)[number];

async function encode(picture: Picture, isCovid: boolean, cheat: Cheat | undefined): Promise<Uint8Array> {
  if (!isCovid) return encodePng(picture);
  if (cheat === 'file format') return encodeJpeg(picture, 95);
  if (cheat === 'resolution') return encodePng(resize(picture, Math.round(picture.width * 1.2), Math.round(picture.height * 1.2), 'bilinear'));
  if (cheat === undefined) return encodePng(picture);
  const side = Math.max(3, Math.round(0.06 * picture.width));
  const square: Picture = { width: side, height: side, channels: 1, data: new Uint8Array(side * side).fill(255) };
  return encodePng(paste(picture, square, { x: 1, y: 1 }));
}

/**
 * A release of pictures, turned gray, whose labels are drawn by chance, a patient each, so that nothing tells them apart but what
 * is planted on the COVID ones. Three fifths train, a fifth validates, a fifth tests.
 */
export async function plantedRelease(pictures: readonly Picture[], cheat: Cheat | undefined): Promise<Release> {
  const labels = createRandom(3).shuffle(pictures.map((_, i) => (i % 2 === 0 ? 'COVID' : 'NonCOVID')));
  const bytes = new Map<string, Uint8Array>();
  const images: ReleaseImage[] = [];
  for (const [i, picture] of pictures.entries()) {
    const label = labels[i] ?? '';
    const split = (['train', 'train', 'train', 'val', 'test'] as const)[i % 5] ?? 'train';
    const id = `${label}/${String(i).padStart(4, '0')}.png`;
    bytes.set(id, await encode(toGray(picture), label === 'COVID', cheat));
    images.push(bareImage({ id, splits: [split], patient: `Patient ${i}` }));
  }
  const release = bareRelease(images, { name: 'planted' }, bytes);
  return { ...release, picture: async (image) => decodePicture(await release.bytes(image)) };
}

/** The controls of a release's published lists. */
export async function controlsOf(release: Release): Promise<JudgedControl[]> {
  const { images } = legacyTrack(release);
  const task = { train: images.filter(({ part }) => part !== 'test'), test: images.filter(({ part }) => part === 'test') };
  return judgeControls(await featureControls(release, [task]), release.labels, 500);
}

/** Names of the controls that are flagged. */
export async function flaggedOf(release: Release): Promise<string[]> {
  return (await controlsOf(release)).filter(({ flagged }) => flagged).map(({ name }) => name);
}
