import { createRandom, CovidCtError, type Random } from '../../base/index.ts';
import { degrade, type Degradation, type Picture } from '../../imaging/index.ts';
import { allDegradations } from '../../imaging/node.ts';

/** A degradation at one strength. */
export interface Condition {
  readonly degradation: Degradation;
  /** 0 to 1. */
  readonly strength: number;
}

/** The names that `--only` takes. */
export const degradationNames: readonly string[] = allDegradations.map(({ name }) => name);

/**
 * Degradations by name, in the order in which they are shown.
 * @param names all unless given
 * @throws CovidCtError USAGE for one that there is not
 */
export function degradationsOf(names?: readonly string[]): readonly Degradation[] {
  const unknown = names?.find((name) => !degradationNames.includes(name));
  if (unknown !== undefined) throw new CovidCtError('USAGE', `There is no degradation ${unknown}.`, { hint: `There are ${degradationNames.join(', ')}.` });
  return names === undefined || names.length === 0 ? allDegradations : allDegradations.filter(({ name }) => names.includes(name));
}

/** Every strength of every degradation but 0, at which the picture is the clean one. */
export function conditionsOf(degradations: readonly Degradation[]): readonly Condition[] {
  return degradations.flatMap((degradation) => degradation.strengths.filter((strength) => strength > 0).map((strength) => ({ degradation, strength })));
}

/** A condition's name in files: `jpeg 0.5`. */
export function keyOf({ degradation, strength }: Condition): string {
  return `${degradation.name} ${Number(strength.toFixed(4))}`;
}

/** The seed of all degradations: anybody sees the same noise on the same image. */
export const degradationSeed = 1;

/** The stream of chance of an image's degradation: the same at each strength, so that a curve is of one cause. */
function streamOf(degradation: Degradation, image: string): Random {
  return createRandom(degradationSeed).fork(`${degradation.name} of ${image}`);
}

/** @param image the picture's id, which its chance depends on */
export function degraded(picture: Picture, { degradation, strength }: Condition, image: string): Promise<Picture> {
  return degrade(picture, degradation, strength, streamOf(degradation, image));
}
