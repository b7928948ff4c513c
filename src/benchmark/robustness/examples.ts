import { scaleAndCrop, type Degradation, type Picture } from '../../imaging/index.ts';
import { encodeJpeg } from '../../imaging/node.ts';
import type { Release } from '../../release/index.ts';
import type { ModelFile } from '../predict/index.ts';
import { degraded, keyOf } from './conditions.ts';
import type { DegradedExample } from './report.ts';
import type { ConditionScores } from './scores.ts';

/** The image that a report shows: the one of the first label whose clean score is the median, as no picture is typical but some are odd. */
function chooseExample({ images, clean }: ConditionScores, label: string | undefined): number {
  const own = images.flatMap(({ label: is }, i) => (is === label ? [i] : [])).toSorted((a, b) => (clean[a] ?? 0) - (clean[b] ?? 0));
  return own[own.length >> 1] ?? 0;
}

/** One image under every condition, as the model sees it, with the model's scores. */
export async function degradedExamples(release: Release, scores: ConditionScores, degradations: readonly Degradation[], { card, view = (picture) => picture }: ModelFile): Promise<DegradedExample[]> {
  const at = chooseExample(scores, release.labels[0]);
  const image = scores.images[at]?.image;
  if (image === undefined) return [];
  const clean = await release.picture(image);
  const small = (picture: Picture): Picture => scaleAndCrop(view(picture), card.preprocessing);
  return Promise.all(degradations.map(async (degradation): Promise<DegradedExample> => ({
    image: image.id,
    degradation: degradation.name,
    pictures: await Promise.all(degradation.strengths.map(async (strength) => {
      const seen = small(await degraded(clean, { degradation, strength }, image.id));
      const score = strength === 0 ? scores.clean[at] : scores.degraded.get(keyOf({ degradation, strength }))?.[at];
      return { jpeg: await encodeJpeg(seen, 90), width: seen.width, height: seen.height, score: score ?? Number.NaN };
    })),
  })));
}
