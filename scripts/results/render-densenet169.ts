import { findRecipe, figureText, type Board, type PretrainingDocument, type RunDocument } from '../../src/benchmark/index.ts';
import { formatBytes, formatDuration } from '../../src/base/index.ts';
import type { EpochCost } from './files.ts';
import { boardOf, printedSelfTransAuc } from './methods.ts';

interface Made {
  readonly boards: readonly Board[];
  readonly runs: readonly RunDocument[];
  readonly pretrainings: readonly PretrainingDocument[];
  readonly epochCost: EpochCost | undefined;
}

/** The published Self-Trans, its three stages, what came out and what was cut; of the last run that was made. */
function publishedSelfTrans({ boards, runs, pretrainings }: Made): string {
  const preset = 'published-self-trans';
  const run = runs.findLast(({ configuration: { recipe } }) => recipe.preset === preset);
  const stages = pretrainings.filter(({ configuration: { plan } }) => plan.preset === preset);
  const slices = stages.find(({ configuration: { data } }) => data.kind === 'pictures');
  const images = stages.find(({ configuration: { data } }) => data.kind === 'training-images');
  if (run === undefined || slices === undefined || images === undefined) return `\`${preset}\` end to end (\`npm run results:${preset}\`, 10 epochs a stage) is not made yet.`;
  const row = boardOf(boards, 'legacy')?.rows.find(({ sources }) => sources.some((source) => source.includes(preset)));
  const { recipe, architecture, threads } = run.configuration;
  return `\`${preset}\` end to end with ${architecture} (\`npm run results:${preset}\`): MoCo on ${slices.configuration.data.pictures} slices of LUNA16 took ${formatDuration(slices.seconds)}, MoCo on the
${images.configuration.data.pictures} training images ${formatDuration(images.seconds)}, fine-tuning ${formatDuration(run.seconds)}, ${threads === 1 ? 'one thread' : `${threads} threads`}. AUC ${figureText(row?.metrics.auc)} on the published test list, ${printedSelfTransAuc(boards)} as printed.
**Cut**: ${recipe.epochs} epochs of each stage instead of ${findRecipe('self-trans', preset).epochs}, ${slices.configuration.data.pictures} slices instead of all of LUNA16, and weights drawn by the seed instead of ImageNet's: the figure
says nothing of what the whole preset reaches.`;
}

/** What the published presets cost, and what the cut ones came to. */
export function densenetSection(made: Made): string {
  const cuts = publishedSelfTrans(made);
  const { epochCost } = made;
  if (epochCost === undefined) return `## DenseNet-169\nAn epoch of \`published-densenet169\` is not measured yet (\`npm run results:published-epoch\`).\n\n${cuts}`;
  const { epoch, epochs, images, environment, load, cpuSeconds } = epochCost;
  const busy = Math.max(load.before, load.after) > environment.cores + 1 ? `, **while the machine was doing other work** (load ${load.before.toFixed(1)} to ${load.after.toFixed(1)} on ${environment.cores} cores): a bound from above; the processor's own time was ${formatDuration(cpuSeconds)} over all threads, so that an epoch takes about ${formatDuration(cpuSeconds / environment.cores)} where nothing else runs, the preset ${formatDuration((cpuSeconds / environment.cores) * epochs)}` : '';
  return `## DenseNet-169
One real epoch of \`published-densenet169\` (\`npm run results:published-epoch\`): ${images} images at 224 pixels in ${epoch.steps} steps, validation included, took ${formatDuration(epoch.seconds)} and
${formatBytes(epoch.peakMemoryBytes)} at its peak${busy} (${environment.cpu}, ${environment.cores} cores). The whole preset, ${epochs} epochs: ${formatDuration(epoch.seconds * epochs)}. The script's 3,000 epochs: ${formatDuration(epoch.seconds * 3000)}.

${cuts}`;
}
