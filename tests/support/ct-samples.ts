import { createRandom, sha256, type Random } from '../../src/base/index.ts';
import { crop, toRgb, type Picture } from '../../src/imaging/index.ts';
import { decodePicture, encodeJpeg } from '../../src/imaging/node.ts';
import { burnIn, drawOtherFigure, loadLettering, otherFigureKinds } from '../../src/papers/generator/index.ts';
import { findFigures, splitPanels } from '../../src/papers/index.ts';
import { ctFeatures } from '../../src/papers/scorer/features.ts';
import { parseFileName } from '../../src/release/index.ts';
import { readTrueFigures, readTruePanels } from './paper-truth.ts';
import { readPaper } from './read-paper.ts';
import { lunaPictures, releasePictures } from './real-pictures.ts';

/** A picture as the scorer sees it, and whether it is a CT slice. */
export interface CtSample {
  readonly features: readonly number[];
  readonly positive: boolean;
  /** The paper, or the series, or `synthetic`: what is held out together. */
  readonly paper: string;
  /** What it is. */
  readonly kind: string;
}

/** As panels come out of papers: cut a little off, kept as JPEG, a letter in a corner. */
async function altered(picture: Picture, random: Random, letter: (picture: Picture) => Picture): Promise<Picture> {
  const by = (extent: number): number => Math.floor(extent * 0.06 * random.uniform());
  const [left, right, top, bottom] = [by(picture.width), by(picture.width), by(picture.height), by(picture.height)];
  let result = crop(picture, { x: left, y: top, width: picture.width - left - right, height: picture.height - top - bottom });
  if (random.uniform() < 0.5) result = letter(result);
  return random.uniform() < 0.6 ? decodePicture(await encodeJpeg(result.channels === 4 ? toRgb(result) : result, random.integer(50, 95))) : result;
}

/** CTs of the release and of LUNA16, each as it is and altered once. */
export async function positiveSamples(every = 1): Promise<CtSample[]> {
  const lettering = await loadLettering();
  const pictures = [...(await releasePictures(every)), ...(await lunaPictures(2 * every))];
  const samples: CtSample[] = [];
  for (const { name, picture } of pictures) {
    const isLuna = name.startsWith('LUNA/');
    const paper = isLuna ? `LUNA/${name.slice(5).replace(/_[^_]*$/, '')}` : (parseFileName(name.replace(/^[^/]*\//, '')).stem ?? name.replace(/[%_-].*$/, ''));
    const random = createRandom(Number.parseInt(sha256(name).slice(0, 7), 16));
    const letter = (one: Picture): Picture => burnIn(one, lettering, random.pick(['A', 'B', 'C', 'D', 'E']), [5, 5], Math.max(10, Math.round(one.height * 0.06)), random.pick(['white', 'black on white', 'white on black']));
    const kind = isLuna ? 'LUNA16' : 'release';
    samples.push({ features: ctFeatures(picture), positive: true, paper, kind });
    samples.push({ features: ctFeatures(await altered(picture, random, letter)), positive: true, paper, kind: `${kind}, altered` });
  }
  return samples;
}

/**
 * Figures of the seven papers, whole and as the splitter cuts them, and the CTs among them. Left out, as neither: CTs
 * under a heat map or a mask, and the composite of CTs as a whole.
 */
export async function paperSamples(): Promise<CtSample[]> {
  const composites = readTruePanels();
  const samples: CtSample[] = [];
  for (const [paper, truth] of readTrueFigures()) {
    for (const { number, pictures } of findFigures(await readPaper(paper)).figures) {
      const kind = truth.find(({ label }) => label.replace(/\D/g, '') === number)?.kind ?? 'plot';
      for (const { pixels, objects } of pictures) {
        const composite = composites.find((one) => one.paper === paper && objects.includes(one.object));
        if (composite !== undefined) {
          for (const { box: [x, y, width, height], kind: panelKind } of composite.panels) {
            if (panelKind !== 'ct' && panelKind !== '3d') continue;
            samples.push({ features: ctFeatures(crop(pixels, { x, y, width, height })), positive: panelKind === 'ct', paper, kind: panelKind });
          }
          continue;
        }
        samples.push({ features: ctFeatures(pixels), positive: false, paper, kind });
        const { panels } = splitPanels(pixels);
        if (panels.length > 1) for (const { box } of panels) samples.push({ features: ctFeatures(crop(pixels, box)), positive: false, paper, kind: `${kind}, a part` });
      }
    }
  }
  return samples;
}

/** Synthetic figures that are no CTs. */
export async function syntheticSamples(count: number): Promise<CtSample[]> {
  const lettering = await loadLettering();
  return Array.from({ length: count }, (_, i) => {
    const kind = otherFigureKinds[i % otherFigureKinds.length] ?? 'text';
    return { features: ctFeatures(drawOtherFigure(kind, lettering, createRandom(40_000 + i))), positive: false, paper: 'synthetic', kind: `synthetic ${kind}` };
  });
}
