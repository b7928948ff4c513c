import { z } from 'zod';
import { CovidCtError } from '../../base/pure.ts';

/** Stands in every exported model, word for word. */
export const researchOnly = 'For research only. Not a medical device: never for diagnosis, triage or treatment.';

const count = z.int().positive();
const text = z.string().min(1).max(500);
const channelNumbers = z.array(z.number()).min(1).max(3);

/** How a picture becomes the network's input: the fields of imaging's `PreprocessPlan`. */
const preprocessingSchema = z.strictObject({
  resize: z.union([z.strictObject({ shorterSide: count }), z.strictObject({ width: count, height: count })]),
  filter: z.enum(['box', 'bilinear', 'bicubic', 'lanczos']),
  passOrder: z.enum(['pillow-13', 'rows-first']).optional(),
  crop: count.optional(),
  channels: z.union([z.literal(1), z.literal(3)]),
  mean: channelNumbers,
  std: z.array(z.number().positive()).min(1).max(3),
});

const cardSchema = z
  .strictObject({
    /** The name of an architecture of this room. */
    architecture: text,
    /** Names of the first outputs, in their order; an output behind them has no name, and no meaning. */
    classes: z.array(text).min(2).max(1000),
    /** The class whose probability is the score. */
    positive: text,
    preprocessing: preprocessingSchema,
    /** Height and width of the input, in pixels. */
    inputSize: count,
    /** SPDX identifier or a sentence: what may be done with the weights. */
    licence: text,
    /** The training run that the weights come from. */
    run: text,
  })
  .superRefine(({ classes, positive, preprocessing: plan, inputSize }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (new Set(classes).size !== classes.length) issue('classes', 'a name stands twice');
    if (!classes.includes(positive)) issue('positive', `${JSON.stringify(positive)} is none of the classes ${classes.join(', ')}`);
    if (plan.mean.length !== plan.channels || plan.std.length !== plan.channels) issue('preprocessing', `${plan.mean.length} means and ${plan.std.length} deviations for ${plan.channels} channels`);
    const [width, height] = plan.crop !== undefined ? [plan.crop, plan.crop] : 'width' in plan.resize ? [plan.resize.width, plan.resize.height] : [undefined, undefined];
    if (width !== inputSize || height !== inputSize) issue('preprocessing', `it gives ${width === undefined ? 'pictures of no fixed size' : `${width}×${height}`}, and the network takes ${inputSize}×${inputSize}`);
  });

/** What an exported model says of itself. */
export type ModelCard = z.infer<typeof cardSchema>;

const metadataFormat = 'covid-ct model 1';

/** The keys of an exported file's metadata, in their order, as docs/MODELS.md has them. */
const metadataKeys = ['format', 'intended_use', 'architecture', 'classes', 'positive_class', 'preprocessing', 'input_size', 'licence', 'run_id'] as const;

function refuse(what: string, cause?: unknown): CovidCtError {
  return new CovidCtError('BAD_MODEL', `The model's card is not valid: ${what}.`, { hint: 'Export the model again, or use one that covid-ct exported.', cause });
}

/** A card, checked. @throws CovidCtError BAD_MODEL naming the field */
export function parseCard(value: unknown): ModelCard {
  const card = cardSchema.safeParse(value);
  if (card.success) return card.data;
  const issue = card.error.issues[0];
  throw refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, card.error);
}

/** A card as the texts that an ONNX file's metadata holds. */
export function cardToMetadata(card: ModelCard): Readonly<Record<string, string>> {
  return {
    format: metadataFormat,
    intended_use: researchOnly,
    architecture: card.architecture,
    classes: JSON.stringify(card.classes),
    positive_class: card.positive,
    preprocessing: JSON.stringify(card.preprocessing),
    input_size: String(card.inputSize),
    licence: card.licence,
    run_id: card.run,
  };
}

function parseJson(key: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw refuse(`${key} is not JSON`, error);
  }
}

/**
 * A card from an ONNX file's metadata; keys that are not a card's are passed over.
 * @throws CovidCtError BAD_MODEL naming the key
 */
export function cardFromMetadata(metadata: Readonly<Record<string, string>>): ModelCard {
  const missing = metadataKeys.filter((key) => metadata[key] === undefined);
  if (missing.length > 0) throw refuse(`the file's metadata lacks ${missing.join(', ')}`);
  const value = (key: (typeof metadataKeys)[number]): string => metadata[key] ?? '';
  if (value('format') !== metadataFormat) throw refuse(`the format is ${JSON.stringify(value('format'))}, and this program reads ${JSON.stringify(metadataFormat)}`);
  if (value('intended_use') !== researchOnly) throw refuse('intended_use is not the sentence that every model carries');
  return parseCard({
    architecture: value('architecture'),
    classes: parseJson('classes', value('classes')),
    positive: value('positive_class'),
    preprocessing: parseJson('preprocessing', value('preprocessing')),
    inputSize: parseJson('input_size', value('input_size')),
    licence: value('licence'),
    run: value('run_id'),
  });
}
