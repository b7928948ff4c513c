import { changeText, countText, curveOf, figureText, lossFrom, sliceCounts, type Robustness, type StudiedModel } from '../../src/benchmark/index.ts';
import type { Degradation } from '../../src/imaging/index.ts';
import { markdownTable } from './markdown.ts';

/** A run's robustness. */
export interface RobustRun {
  readonly name: string;
  readonly degradations: readonly Degradation[];
  readonly robustness: Robustness;
}

function runTable({ name, degradations, robustness }: RobustRun): string {
  const rows = degradations.map(({ name: degradation, title }) => {
    const curve = curveOf(robustness, degradation);
    const last = curve.at(-1);
    return [title, last?.setting ?? '', last === undefined ? '–' : figureText(last.auc), last === undefined ? '–' : changeText(last.aucChange), lossFrom(curve)?.setting ?? 'nowhere'];
  });
  return `${name}, ${robustness.n} test images, ROC AUC ${figureText(robustness.clean.auc)} when clean:

${markdownTable(['what is lost', 'at the most', 'ROC AUC there', 'degraded − clean', 'lost beyond chance from'], rows)}`;
}

/** What quality loss costs a model. */
export function lossSection(runs: readonly RobustRun[]): string {
  const made = runs.length === 0 ? 'Not made yet.' : runs.map(runTable).join('\n\n');
  return `## Does what is lost matter? The model's half
\`npm run results:robustness -- NAME\` scores a run's test images again under every degradation; figures are paired with the clean images (2,000 draws of
patients) and not corrected for having looked at many. A picture cut from a paper has lost much already: this is what further loss costs a model that was trained
on such pictures. The reader's half is a study that anybody can run ([STUDY.md](STUDY.md)).

${made}`;
}

function modelTable({ name, study }: StudiedModel): string {
  if (study === null) return `${name}: not both labels have such patients.`;
  const rows = sliceCounts.map((_, k) => {
    const [mean, max] = [study.by.mean[k], study.by.max[k]];
    return mean === undefined || max === undefined ? [] : [countText(mean), figureText(mean.auc), k === 0 ? '' : changeText(mean.change), figureText(max.auc), k === 0 ? '' : changeText(max.change)];
  });
  return `${name}, ${study.patients} patients (${study.positives} ${study.positive}, ${study.images} images):

${markdownTable(['looked at', 'ROC AUC, mean score', 'against one', 'ROC AUC, greatest score', 'against one'], rows)}`;
}

/** One image of a patient against several. */
export function slicesSection(models: readonly StudiedModel[]): string {
  return `## One slice against several
\`npx covid-ct slices results --release ../shared/data/covid-ct\`: ROC AUC over patients with at least three images, where one, two, three or all of them are looked at;
cross-validated, paired.

${models.length === 0 ? 'It needs all folds of a recipe: not made yet.' : models.map(modelTable).join('\n\n')}`;
}
