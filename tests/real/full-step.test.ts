import { beforeAll, expect, it } from 'vitest';
import { resize, toRgb, writeTensor } from '../../src/imaging/index.ts';
import { openRelease, type Release } from '../../src/release/index.ts';
import { compareFullStep, fullStepBounds, fullStepTimeout, readFullSteps } from '../support/full-step.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const all = readFullSteps('full_step_release');
const [count, channels, height, width] = all.batch;

/** The pictures of tests/oracles/nn/full_step_release.py: the first PNGs of the training lists by name, COVID and NonCOVID by turns. */
async function readPictures(): Promise<Float32Array<ArrayBuffer>> {
  const release = await openRelease(realPath('release'));
  try {
    const firstOf = (label: string): Release['images'] =>
      release.images.filter((image) => image.label === label && image.split === 'train' && image.name.toLowerCase().endsWith('.png'))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, count / 2);
    const classes = release.labels.map(firstOf);
    const batch = new Float32Array(count * channels * height * width);
    for (let i = 0; i < count; i++) {
      const image = classes[i % classes.length]?.[Math.floor(i / classes.length)];
      if (image === undefined) throw new Error('the release is too small');
      writeTensor(resize(toRgb(await release.picture(image)), width, height, 'bilinear'), [0.5, 0.5, 0.5], [0.5, 0.5, 0.5], batch, i * channels * height * width);
    }
    return batch;
  } finally {
    await release.close();
  }
}

describeReal(`one whole training step on eight real pictures as PyTorch ${all.torch} makes it in double precision`, ['release'], () => {
  let pictures: Float32Array<ArrayBuffer>;
  beforeAll(async () => {
    pictures = await readPictures();
  }, fullStepTimeout);

  it.each(all.steps.map((each) => [each.name, each] as const))('%s: loss within 1e-5, all gradients within 1 % of their length, running statistics', async (_, recorded) => {
    expect(await compareFullStep(recorded, all, pictures)).toEqual(fullStepBounds);
  }, fullStepTimeout);
});
