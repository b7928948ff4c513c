import { CovidCtError } from '../../base/index.ts';
import type { Prediction } from '../predictions/index.ts';

/** One training of a model. */
export interface ModelMember {
  /** The run's folder or the table. */
  readonly source: string;
  /** Of the same images in the same order for all. */
  readonly predictions: readonly Prediction[];
  /** From which probability of the positive label on an image is called positive. */
  readonly threshold: number;
}

/** A model to compare: one run or table, or several trainings of one method, whose figures are then averaged. */
export interface ComparedModel {
  readonly name: string;
  readonly members: readonly ModelMember[];
}

/**
 * That all models have scores of the same images in the same order.
 * @throws CovidCtError BAD_INPUT that names two which do not
 */
export function requireSameImages(models: readonly ComparedModel[]): void {
  const members = models.flatMap((model) => model.members);
  const [first] = members;
  const ids = (member: ModelMember) => member.predictions.map(({ entry }) => `${entry.label} ${entry.image.id}`).join('\n');
  const other = first === undefined ? undefined : members.find((member) => ids(member) !== ids(first));
  if (first === undefined || other === undefined) return;
  throw new CovidCtError('BAD_INPUT', `${first.source} (${first.predictions.length} images) and ${other.source} (${other.predictions.length} images) are not of the same images.`, {
    hint: 'Models are compared on the same part of the same track.',
  });
}
