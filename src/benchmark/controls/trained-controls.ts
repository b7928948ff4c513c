import { borderOnly, lungsOut, type ControlView } from '../../audit/index.ts';
import { createRandom } from '../../base/index.ts';
import type { Picture } from '../../imaging/index.ts';
import type { Example, Parts } from '../training/parts.ts';

/** Controls that are trained as models are, by any recipe, on what tells nothing of disease. */
export const trainedControls = {
  'lungs-out': 'The picture with its lungs blacked out, training and test alike',
  'border-only': 'The outer tenth of each side, the centre blacked out, training and test alike',
  'label-shuffled': 'Whole pictures, with the labels of training and validation shuffled: what chance and the procedure give',
} as const;
/** One of {@link trainedControls}. */
export type TrainedControl = keyof typeof trainedControls;
/** Their names, in order. */
export const trainedControlNames = ['lungs-out', 'border-only', 'label-shuffled'] as const satisfies readonly TrainedControl[];

/** What a control sees of a picture; a model, and the control with shuffled labels, see all of it. */
export function controlView(picture: Picture, control: TrainedControl | undefined): ControlView {
  if (control === 'lungs-out') return lungsOut(picture);
  return control === 'border-only' ? borderOnly(picture) : { picture, abstained: false };
}

function shuffled(examples: readonly Example[], seed: number, part: string): Example[] {
  const labels = createRandom(seed).fork(`labels of ${part}`).shuffle(examples.map(({ label, target }) => ({ label, target })));
  return examples.map((example, i) => ({ ...example, ...labels[i] }));
}

/** The parts that a control learns from: with shuffled labels in training and validation where that is the control; the test part stays true. */
export function controlParts(parts: Parts, control: TrainedControl | undefined, seed: number): Parts {
  if (control !== 'label-shuffled') return parts;
  return { ...parts, train: shuffled(parts.train, seed, 'train'), val: shuffled(parts.val, seed, 'val') };
}
