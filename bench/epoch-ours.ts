/**
 * Our half of bench/epoch.ts: an epoch on request, as a run of the benchmark makes it, in a process that does nothing else.
 *
 *     node bench/epoch-ours.ts SETUP.json THREADS
 *
 * A line "step" on standard input runs an epoch and answers with its milliseconds, those of the clock and those of the
 * processor, and the mean loss; "memory" answers with the process's peak in kB; the end of input ends it.
 */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import { openWorkspace } from '../src/base/index.ts';
import { recipeSchema } from '../src/benchmark/index.ts';
import { normalisationOf, startingState } from '../src/benchmark/training/configuration.ts';
import { ahead, epochBatches, Feed } from '../src/benchmark/training/feed.ts';
import { batchInputs, trainingProgram } from '../src/benchmark/training/network.ts';
import { packPictures, plainPicture } from '../src/benchmark/training/pictures.ts';
import { decodePicture } from '../src/imaging/node.ts';
import { findArchitecture } from '../src/models/index.ts';
import { Trainer } from '../src/nn/index.ts';
import { answer } from './answer.ts';

const [setupPath = '', threads] = process.argv.slice(2);
const { recipe, weights, pictures: listed } = z
  .object({ recipe: recipeSchema, weights: z.string(), pictures: z.array(z.object({ file: z.string(), target: z.number() })) })
  .parse(JSON.parse(await readFile(setupPath, 'utf8')));
const architecture = findArchitecture(recipe.architecture);
const pictures = packPictures(await Promise.all(listed.map(async ({ file }) => plainPicture(await decodePicture(await readFile(file))))));
const { state } = await startingState(architecture, recipe, 0, weights, openWorkspace(tmpdir()));
const trainer = await Trainer.create(trainingProgram(architecture, recipe), state, { optimiser: recipe.optimiser, rate: { rate: recipe.rate.start }, seed: 0, threads: Number(threads) });
const { from: _, ...changes } = recipe.augmentation;
const feed = new Feed({ pictures, plan: { size: recipe.size, ...changes }, ...normalisationOf(recipe, recipe.architecture), seed: 0 });
let epoch = 0;

async function runEpoch(): Promise<number> {
  epoch += 1;
  const batches = epochBatches(listed.length, recipe.batch, 0, epoch);
  let loss = 0;
  for await (const [items, tensor] of ahead(batches, (each) => feed.batch(each.map((picture, place) => ({ picture, key: `epoch ${epoch} place ${place}` }))))) {
    const targets = BigInt64Array.from(items, (item) => BigInt(listed[item]?.target ?? 0));
    loss += (await trainer.step([{ [batchInputs.pictures]: tensor, [batchInputs.targets]: targets }])).loss / batches.length;
  }
  return loss;
}

await answer(runEpoch);
