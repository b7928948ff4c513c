/**
 * The preset published-self-trans end to end with DenseNet-169, cut to what fits a night: npm run results:published-self-trans -- [EPOCHS]
 *
 * Momentum contrast on slices, then on the training images, then fine-tuning, EPOCHS each (10 unless given). It starts from
 * weights drawn by the seed, since no ImageNet weights of DenseNet-169 can be had here. Goes on where it was stopped.
 */
import { realPath } from '../../tests/support/real-release.ts';
import { cutSelfTrans } from './plan.ts';
import { finishPretraining, finishTraining, keepResult, releaseArguments, runFolder } from './stages.ts';

const epochs = Number(process.argv[2] ?? 10);
const { slices, images, run } = cutSelfTrans(epochs);
const common = ['--preset', 'published-self-trans', '--track', 'legacy', '--seed', '0', '--epochs', String(epochs)];
const done =
  (await finishPretraining({ name: slices, begin: common, both: ['--images', realPath('luna'), ...releaseArguments] })) &&
  (await finishPretraining({ name: images, begin: [...common, '--init', runFolder(slices)], both: releaseArguments })) &&
  (await finishTraining({ name: run, begin: ['self-trans', ...common, '--init', runFolder(images)], both: releaseArguments }));
if (done) console.log(`results/${run}: ${Math.round((await keepResult(run)).seconds)} s of fine-tuning`);
process.exitCode = done ? 0 : 1;
