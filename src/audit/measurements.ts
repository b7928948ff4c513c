import { readPictureHeader, toGray } from '../imaging/index.ts';
import type { ReleaseImage } from '../release/index.ts';
import { controls } from './controls/index.ts';
import type { Control } from './controls/types.ts';
import { measureQuality, type QualityMeasures } from './quality-measures.ts';
import type { CheckContext } from './types.ts';

/** What the checks of pixels measure of one picture, in one visit. */
export interface Measurement {
  readonly image: ReleaseImage;
  readonly controls: Readonly<Record<Control['name'], readonly number[]>>;
  readonly quality: QualityMeasures;
}

const made = new WeakMap<CheckContext, Promise<readonly Measurement[]>>();

/** Measures every readable picture of a release once; checks of one audit share the result. */
export function measurements(context: CheckContext): Promise<readonly Measurement[]> {
  const known = made.get(context);
  if (known !== undefined) return known;
  const measuring = measureAll(context);
  made.set(context, measuring);
  return measuring;
}

async function measureAll({ release, picture, progress }: CheckContext): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const [done, image] of release.images.entries()) {
    progress({ label: 'Measuring the pictures', done, total: release.images.length });
    const pixels = await picture(image);
    if (pixels === undefined) continue;
    const input = { header: readPictureHeader(await release.bytes(image)), picture: pixels, gray: toGray(pixels) };
    const byName: Record<Control['name'], readonly number[]> = { header: [], border: [], colour: [], marks: [] };
    for (const control of controls) byName[control.name] = control.extract(input);
    measured.push({ image, controls: byName, quality: measureQuality(pixels, input.gray) });
  }
  progress({ label: 'Measuring the pictures', done: release.images.length, total: release.images.length });
  return measured;
}
