/** A small training as a process of its own, to be killed: node tests/support/train-child.ts FOLDER new|resume. Synthetic pictures. */
import { noProgress, openWorkspace } from '../../src/base/index.ts';
import { createRunFolder, findRecipe, prepareRun, recipeSchema, reopenRunFolder, trainRun } from '../../src/benchmark/index.ts';
import { legacyTrack } from '../../src/splits/index.ts';
import { drawnRelease } from './drawn-release.ts';

const [path = '', how] = process.argv.slice(2);
const release = drawnRelease({ train: 6, val: 2, test: 2 });
const recipe = recipeSchema.parse({
  ...findRecipe('scratch', 'sample'),
  preset: 'test',
  augmentation: { from: 40, crop: { scale: [0.5, 1], ratio: [0.9, 1.1] }, flip: 0.5, brightness: 0.1, contrast: 0.1 },
  batch: 4,
  epochs: 3,
  dropout: 0.5,
});
const prepared = await prepareRun({ release, track: legacyTrack(release), recipe, seed: 2, threads: 1, workspace: openWorkspace(`${path}-workspace`), version: '0.0.0-test' });
const { folder, document } = how === 'resume' ? await reopenRunFolder(path) : { folder: await createRunFolder(path), document: prepared.document };
await trainRun(folder, document, how === 'resume' ? undefined : prepared.start, { release, parts: prepared.parts, progress: noProgress, signal: new AbortController().signal });
