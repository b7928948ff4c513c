import { z } from 'zod';
import { CovidCtError } from '../../base/index.ts';
import { augmentation, normalisation, optimiser, preset, rate } from '../recipes/parts.ts';

/** How a network is pretrained without labels, as data: momentum contrast (He et al. 2020, "MoCo"). */
export const pretrainingPlanSchema = z.strictObject({
  preset,
  note: z.string(),
  architecture: z.string(),
  /** Outputs of the classifier, which is handed through untouched. */
  outputs: z.int().min(2).max(1000),
  /** Pixels of the square that the network sees. */
  size: z.int().min(8).max(1024),
  normalisation,
  augmentation,
  batch: z.int().min(2).max(1024),
  epochs: z.int().min(1).max(10_000),
  optimiser,
  rate,
  /** Numbers of the vector that is compared. */
  dimension: z.int().min(2).max(4096),
  /** What leads from the embedding to it: one layer (MoCo v1), or two with a ReLU between (v2). */
  head: z.enum(['linear', 'two-layer']),
  /** Keys of earlier batches to tell the right one from; a multiple of the batch. */
  queue: z.int().min(2).max(65_536),
  /** key ← momentum · key + (1 − momentum) · query, each step. */
  momentum: z.number().min(0).max(1),
  temperature: z.number().positive(),
  /** Keys are made in so many groups of a shuffled batch, so that batch statistics do not tell which key belongs to which query. */
  keyGroups: z.int().min(1),
}).refine(({ queue, batch }) => queue % batch === 0, 'the queue is a multiple of the batch')
  .refine(({ batch, keyGroups }) => batch % keyGroups === 0, 'the groups divide the batch');

/** A plan. */
export type PretrainingPlan = z.infer<typeof pretrainingPlanSchema>;

const moco = { dimension: 128, temperature: 0.07, optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 1e-4 } } as const;
/** Crops, mirror and jitter of MoCo, without its colour: computed tomography has none. */
const views = { crop: { scale: [0.2, 1], ratio: [3 / 4, 4 / 3] }, flip: 0.5, brightness: 0.4, contrast: 0.4 };

const written = [
  {
    ...moco,
    preset: 'cpu',
    note: 'About seven minutes on two cores for 900 slices; 160 pixels instead of 224 halve the cost.',
    architecture: 'efficientnet_lite0',
    outputs: 1000,
    size: 160,
    normalisation: 'weights',
    augmentation: { ...views, from: 192 },
    batch: 32,
    epochs: 10,
    rate: { start: 0.01, schedule: 'cosine', warmUpEpochs: 1 },
    head: 'two-layer',
    queue: 256,
    momentum: 0.99,
    keyGroups: 4,
  },
  {
    ...moco,
    preset: 'published-self-trans',
    note: "DenseNet-169, 224 pixels and the release's mean and deviation. The code of this stage was not published: momentum, temperature and views are MoCo v1's; batch and queue are what fits a machine without a graphics card.",
    architecture: 'densenet169',
    outputs: 1000,
    size: 224,
    normalisation: { mean: [0.45271412, 0.45271412, 0.45271412], std: [0.33165374, 0.33165374, 0.33165374] },
    augmentation: { ...views, from: 256 },
    batch: 16,
    epochs: 50,
    rate: { start: 0.015, schedule: 'cosine' },
    head: 'linear',
    queue: 256,
    momentum: 0.999,
    keyGroups: 2,
  },
  {
    ...moco,
    preset: 'sample',
    note: 'For the synthetic sample: small pictures, two epochs.',
    architecture: 'efficientnet_lite0',
    outputs: 2,
    size: 64,
    normalisation: 'weights',
    augmentation: { ...views, from: 72 },
    batch: 8,
    epochs: 2,
    rate: { start: 0.003, schedule: 'cosine' },
    head: 'linear',
    queue: 32,
    momentum: 0.99,
    keyGroups: 2,
  },
];

/** Every plan, by preset. */
export const pretrainingPlans: readonly PretrainingPlan[] = written.map((plan) => pretrainingPlanSchema.parse(plan));

/** @throws CovidCtError USAGE when there is no such plan */
export function findPretrainingPlan(name: string): PretrainingPlan {
  const plan = pretrainingPlans.find((candidate) => candidate.preset === name);
  if (plan !== undefined) return plan;
  throw new CovidCtError('USAGE', `Pretraining has no preset ${name}.`, { hint: `It has: ${pretrainingPlans.map((candidate) => candidate.preset).join(', ')}.` });
}
