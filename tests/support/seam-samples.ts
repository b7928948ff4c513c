import type { Random } from '../../src/base/index.ts';
import type { Picture, Rectangle } from '../../src/imaging/index.ts';
import { gatherEvidence, type Evidence } from '../../src/papers/panels/evidence.ts';
import { regionLook } from '../../src/papers/panels/region-look.ts';
import { partsOf, seamCandidates, type SeamLook } from '../../src/papers/panels/seams.ts';
import { trim } from '../../src/papers/panels/trim.ts';
import type { Axis, Seam } from '../../src/papers/panels/types.ts';

/** A place where a region might be cut, and whether a seam is there. */
export interface SeamSample {
  readonly look: SeamLook;
  readonly positive: boolean;
  /** The region that would be cut, and the two parts that it would leave. */
  readonly region: RegionSample;
  readonly parts: readonly RegionSample[];
}

/** A region seen from afar, and what it truly is: one tile, several whole ones, with a piece of one; or neither clearly. */
export interface RegionSample {
  readonly look: Float32Array;
  readonly kind: 'one' | 'several' | 'broken' | 'unclear';
}

/** What a region is: its tiles whole but for a few pixels, or one of them cut. */
function kindOf(region: Rectangle, boxes: readonly Rectangle[]): RegionSample['kind'] {
  let whole = 0;
  let isUnclear = false;
  for (const box of boxes) {
    const width = Math.min(box.x + box.width, region.x + region.width) - Math.max(box.x, region.x);
    const height = Math.min(box.y + box.height, region.y + region.height) - Math.max(box.y, region.y);
    const share = width <= 0 || height <= 0 ? 0 : (width * height) / (box.width * box.height);
    if (share > 0.1 && share < 0.9) return 'broken';
    if (share >= 0.96) whole += 1;
    else if (share > 0.04) isUnclear = true;
  }
  return isUnclear || whole === 0 ? 'unclear' : whole === 1 ? 'one' : 'several';
}

const spanOf = (axis: Axis, box: Rectangle): readonly [number, number] => (axis === 'x' ? [box.x, box.x + box.width] : [box.y, box.y + box.height]);

/** Whether a cut leaves all boxes whole, up to a few pixels, and takes no more than it must. */
function isSeam({ axis, start, end }: Seam, boxes: readonly Rectangle[]): boolean {
  let [before, after] = [0, 0];
  for (const box of boxes) {
    const [low, high] = spanOf(axis, box);
    const slack = Math.max(3, 0.03 * (high - low));
    if (high <= start + slack) before += 1;
    else if (low >= end - slack) after += 1;
    else return false;
    if (high > start + slack || low < end - slack) if (!(high <= start + slack || low >= end - slack)) return false;
  }
  return before > 0 && after > 0;
}

/** The true cuts of a region along an axis: gaps between boxes. */
function trueSeams(axis: Axis, boxes: readonly Rectangle[]): Seam[] {
  const spans = boxes.map((box) => spanOf(axis, box)).toSorted((a, b) => a[0] - b[0]);
  const seams: Seam[] = [];
  let reach = spans[0]?.[1] ?? 0;
  for (const [low, high] of spans.slice(1)) {
    if (low >= reach) seams.push({ axis, start: reach, end: low });
    reach = Math.max(reach, high);
  }
  return seams;
}

function gather(evidence: Evidence, outer: Rectangle, boxes: readonly Rectangle[], random: Random, samples: SeamSample[]): void {
  const region = trim(evidence, outer, true);
  const sampleOf = (part: Rectangle): RegionSample => ({ look: Float32Array.from(regionLook(evidence, part)), kind: kindOf(part, boxes) });
  const own = sampleOf(region);
  for (const axis of ['x', 'y'] as const) for (const candidate of seamCandidates(evidence, region, axis)) samples.push({ look: candidate.look, positive: isSeam(candidate, boxes), region: own, parts: partsOf(region, candidate).map(sampleOf) });
  if (boxes.length === 1) return;
  const options = (['x', 'y'] as const).map((axis) => ({ axis, seams: trueSeams(axis, boxes) })).filter(({ seams }) => seams.length > 0);
  if (options.length === 0) return;
  const { axis, seams } = random.pick(options);
  const [low, high] = spanOf(axis, region);
  let at = low;
  for (const { start, end } of [...seams, { start: high, end: high }]) {
    const part = axis === 'x' ? { ...region, x: at, width: start - at } : { ...region, y: at, height: start - at };
    const inside = boxes.filter((box) => spanOf(axis, box)[0] >= at - 1 && spanOf(axis, box)[1] <= start + 1);
    if (inside.length > 0) gather(evidence, part, inside, random, samples);
    at = end;
  }
}

/** Every candidate of every region that a right division of a figure passes through. @param boxes the true panels; one for a picture that is no composite */
export function seamSamples(picture: Picture, boxes: readonly Rectangle[], random: Random): SeamSample[] {
  const evidence = gatherEvidence(picture);
  const samples: SeamSample[] = [];
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const region = { x: left, y: top, width: Math.max(...boxes.map(({ x, width }) => x + width)) - left, height: Math.max(...boxes.map(({ y, height }) => y + height)) - top };
  gather(evidence, region, boxes, random, samples);
  return samples;
}
