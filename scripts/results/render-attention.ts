import { attentionSentence, changeText, figureText, type GroupAttention } from '../../src/benchmark/index.ts';
import { markdownTable } from './markdown.ts';

/** Where a run looked. */
export interface AttentiveRun {
  readonly name: string;
  /** All test images first, then outcomes and labels. */
  readonly groups: readonly GroupAttention[];
}

function runTable({ name, groups }: AttentiveRun): string {
  const rows = groups.map(({ group, outside, marks, planted }) => [group, String(outside.n), figureText(outside.attention), changeText(outside.excess), String(marks.n), changeText(marks.excess), changeText(planted.excess)]);
  return `${name}: ${attentionSentence(groups)}

${markdownTable(['test images', 'lungs found', 'attention outside the lungs', 'more than even', 'have marks', 'on their marks, more than even', 'on planted marks, more than even'], rows)}`;
}

/** Where runs look: hits and misses. */
export function attentionSection(runs: readonly AttentiveRun[]): string {
  return `## Where a model looks
\`npm run results:attention -- NAME\` keeps what \`covid-ct explain\` finds, image by image: the share of Grad-CAM, of the label that an image was called, that lies outside the lungs, on marks
that pictures carry, and on four letters and arrows burned in for the purpose. Even attention would have the shares of their areas; what a map leaves dark may still have been used.

${runs.length === 0 ? 'Not made yet.' : runs.map(runTable).join('\n\n')}`;
}
