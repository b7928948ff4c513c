export { enlarge, shareOn, type AttentionMap, type AttentionShare } from './attention.ts';
export { explainImages, outcomes, type ExplainedImage, type Explanations, type Outcome } from './explain-images.ts';
export { judgeAttention, type AttendedImage, type GroupAttention, type MeanShares } from './judge.ts';
export { explainableModel } from './model.ts';
export { drawAttention, drawGallery, type GalleryPicture } from './pictures.ts';
export { attentionSection, attentionSentence, countOutcomes, explainDocument, explainLines, gallerySection, renderExplanations, type ExplainContext } from './report.ts';
export { regionsOf, type Regions } from './regions.ts';
