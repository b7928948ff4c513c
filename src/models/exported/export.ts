import { CovidCtError } from '../../base/pure.ts';
import { compileClassifier, declarations, sealOnnx, trace, weightsOf, type ExplanationName, type StateDict } from '../../nn/index.ts';
import type { Architecture, ArchitectureOptions } from '../architecture.ts';
import { cardToMetadata, parseCard, type ModelCard } from './card.ts';

export interface ExportOptions {
  /** Explanations that the file gives as well; `true` for all. They cost time in every run of it: the runtime computes all outputs. */
  readonly explain?: boolean | readonly ExplanationName[];
}

/**
 * Writes a network with its weights as an ONNX file that any ONNX Runtime takes, for batches of any size: input `input` `[N, channels, size, size]`;
 * outputs `logits` and `probabilities` `[N, classes]`, and where asked for `gradcam` `[N, named classes, h, w]` and
 * `input_gradient` (of the positive class's logit). Its metadata holds the card, and a seal over every byte.
 * @param state fits the architecture wholly, as {@link fitState} makes it
 * @throws CovidCtError BAD_MODEL when the card contradicts itself or the network; NnError BAD_CHECKPOINT when the state does not fit
 */
export async function exportModel(architecture: Architecture, options: ArchitectureOptions, state: StateDict, card: ModelCard, { explain = false }: ExportOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const checked = parseCard(card);
  const { classes, positive, inputSize, preprocessing } = checked;
  const channels = options.channels ?? 3;
  const refuse = (what: string): CovidCtError => new CovidCtError('BAD_MODEL', `The card does not fit the network: ${what}.`, { hint: 'Say in the card what was trained.' });
  if (checked.architecture !== architecture.name) throw refuse(`it names ${checked.architecture}, and the network is ${architecture.name}`);
  if (preprocessing.channels !== channels) throw refuse(`it prepares ${preprocessing.channels} channels, and the network takes ${channels}`);
  if (classes.length > options.classes) throw refuse(`it names ${classes.length} classes, and the network has ${options.classes}`);
  const network = architecture.network(options);
  const weights = weightsOf(declarations(trace(network, [1, channels, inputSize, inputSize], { training: false }).tape), state);
  const onnx = compileClassifier(network, [channels, inputSize, inputSize], weights, {
    explain,
    explainedClasses: classes.length,
    positive: classes.indexOf(positive),
    metadata: cardToMetadata(checked),
  });
  return sealOnnx(onnx);
}
