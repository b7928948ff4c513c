/** A figure as a paper or a user printed it. */
export interface PublishedResult {
  readonly name: string;
  readonly source: string;
  readonly accuracy: number;
  readonly f1: number;
  readonly auc: number;
  /** What to know before comparing. */
  readonly note: string;
}

/** Sizes of the published test list: what the printed figures are of. */
export const publishedTest = { positives: 98, negatives: 105 } as const;

/**
 * Figures of the published test list as printed, with no predictions behind them that could be looked at. Their F1 is that of
 * NonCOVID, since label 1 is NonCOVID in the release's scripts.
 */
export const publishedResults: readonly PublishedResult[] = [
  { name: 'DenseNet-169, ImageNet', source: 'the release, as printed', accuracy: 0.847, f1: 0.854, auc: 0.919, note: 'F1 of NonCOVID; 0.838 with COVID as the positive class.' },
  { name: 'Self-Trans, DenseNet-169', source: 'the paper, as printed', accuracy: 0.86, f1: 0.85, auc: 0.94, note: 'F1 of NonCOVID. The script’s validation loop never writes a vote of 1.' },
  { name: 'Self-Trans.pt, rerun', source: 'a user’s rerun of the released weights', accuracy: 0.77, f1: 0.74, auc: 0.88, note: 'The released network has a head of 1,000 classes.' },
  { name: 'with lung and lesion masks', source: 'the paper’s last version, as printed', accuracy: 0.89, f1: 0.9, auc: 0.98, note: 'Masks that the release does not hold.' },
];
