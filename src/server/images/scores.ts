/** A model's scores, by image. */
export interface ScoreTable {
  /** Probabilities of the positive label, by the image's id. */
  readonly byId: ReadonlyMap<string, number>;
  /** From here on an image is called positive. */
  readonly threshold: number;
  readonly positive: string;
}
