import { CovidCtError } from '../../base/index.ts';
import { recipeSchema, type Recipe } from './recipe.ts';

/** `RandomResizedCrop` 0.5–1 and a mirror, from pictures of shorter side 256: both published scripts have it. */
const publishedAugmentation = { from: 256, crop: { scale: [0.5, 1], ratio: [3 / 4, 4 / 3] }, flip: 0.5, brightness: 0, contrast: 0 };

const cpu = {
  preset: 'cpu',
  architecture: 'efficientnet_lite0',
  outputs: 2,
  classifier: { deviation: 0.01 },
  size: 224,
  normalisation: 'weights',
  augmentation: { ...publishedAugmentation, brightness: 0.2, contrast: 0.2 },
  evaluation: { resize: { width: 224, height: 224 } },
  batch: 16,
  epochs: 20,
  optimiser: { kind: 'adam' },
  rate: { start: 5e-4, schedule: 'cosine' },
  dropout: 0.2,
  judged: 'last',
};

const published = {
  architecture: 'densenet169',
  outputs: 1000,
  classifier: 'library',
  size: 224,
  optimiser: { kind: 'adam' },
  rate: { start: 1e-4, schedule: 'constant' },
  judged: { vote: 10 },
};

const written = [
  { ...cpu, kind: 'transfer', note: 'About ten minutes on two cores. The classifier is drawn anew, everything is trained.' },
  { ...cpu, kind: 'scratch', note: 'About ten minutes on two cores; all weights are drawn by the seed.' },
  {
    ...cpu,
    kind: 'scratch',
    preset: 'sample',
    note: 'For the synthetic sample: a network of two layers, few epochs; less than a minute on two cores.',
    architecture: 'simple_cnn',
    classifier: 'library',
    batch: 8,
    epochs: 6,
    rate: { start: 1e-4, schedule: 'cosine' },
    dropout: 0,
  },
  { ...cpu, kind: 'self-trans', note: 'The recipe transfer, from weights that covid-ct pretrain made. About ten minutes on two cores.' },
  {
    ...published,
    kind: 'transfer',
    preset: 'published-densenet169',
    note: "DenseNet-169 as the release's script trains it: ImageNet's mean and deviation, the 1,000-class head kept with labels 0 and 1, the scores of the last ten epochs averaged. The last batch of an epoch is filled up with its first images, where the script's is smaller. The script's vote is on validation; on test it scores its last network ten times over.",
    normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    augmentation: publishedAugmentation,
    evaluation: { resize: { shorterSide: 224 }, crop: 224 },
    batch: 10,
    epochs: 50,
  },
  {
    ...published,
    kind: 'self-trans',
    preset: 'published-self-trans',
    note: "DenseNet-169 as the release's script trains it after momentum contrast: its own mean and deviation, jitter of 0.2, the 1,000-class head kept with labels 0 and 1, the scores of the last ten epochs averaged. With --epochs 0 the weights are judged as they are, which is all that the script does with the released Self-Trans.pt: its training loop begins with a break.",
    normalisation: { mean: [0.45271412, 0.45271412, 0.45271412], std: [0.33165374, 0.33165374, 0.33165374] },
    augmentation: { ...publishedAugmentation, brightness: 0.2, contrast: 0.2 },
    evaluation: { resize: { width: 224, height: 224 } },
    batch: 4,
    epochs: 50,
  },
] as const;

/** Every recipe, by kind and preset. */
export const recipes: readonly Recipe[] = written.map((recipe) => recipeSchema.parse(recipe));

/** What {@link findRecipe} knows. */
export const recipeKinds = ['scratch', 'transfer', 'self-trans'] as const;

/** @throws CovidCtError USAGE when there is no such recipe */
export function findRecipe(kind: Recipe['kind'], preset: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.kind === kind && candidate.preset === preset);
  if (recipe !== undefined) return recipe;
  const others = recipes.filter((candidate) => candidate.kind === kind).map((candidate) => candidate.preset);
  throw new CovidCtError('USAGE', `The recipe ${kind} has no preset ${preset}.`, { hint: `It has: ${others.join(', ') || 'none yet'}.` });
}
