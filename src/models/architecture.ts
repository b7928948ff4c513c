import type { Network, Value } from '../nn/index.ts';

/** What every network gives. */
export interface NetworkOutput {
  /** The last feature map before global pooling, `[N, C, h, w]`: what Grad-CAM explains. */
  readonly features: Value;
  /** What the head takes, before its dropout, `[N, D]`: what self-supervised training compares. */
  readonly embedding: Value;
  /** `[N, classes]` */
  readonly logits: Value;
}

export interface ArchitectureOptions {
  /** 3 (red, green, blue) unless 1 (gray). */
  readonly channels?: 1 | 3;
  readonly classes: number;
  /** Share that is left out while training, at least 0 and below 1; where, each architecture says. Its own default unless given. */
  readonly dropout?: number;
  /** EfficientNet: stochastic depth's rate at the last block, rising from 0 at the first. 0 unless given; others have none, and refuse it. */
  readonly dropPath?: number;
}

/** A family's member: a network by name, with the names that PyTorch's state dict has. */
export interface Architecture {
  readonly name: string;
  /** For people: `DenseNet-169`. */
  readonly title: string;
  /** Height and width that it was designed for, in pixels. */
  readonly inputSize: number;
  /** The least height and width that it takes, in pixels. */
  readonly leastSize: number;
  /** It takes `inputSize` and nothing else. */
  readonly fixedSize?: true;
  /** The names of its last layer's parameters, whose shapes follow the number of classes. */
  readonly head: readonly string[];
  /** The name of its first convolution's weight, whose shape follows the channels. */
  readonly stem: string;
  /** Today's name of a parameter that older files name otherwise. */
  readonly currentName?: (name: string) => string;
  /** @throws CovidCtError BAD_INPUT for options that make no sense */
  readonly network: (options: ArchitectureOptions) => Network<NetworkOutput>;
}
