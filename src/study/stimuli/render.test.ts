import { describe, expect, it } from 'vitest';
import { drawPhantomVolume, sliceUnits } from '../../imaging/index.ts';
import { planSchema, planTemplates, readPlan, type PlanArm } from '../index.ts';
import { frameBytes, frameKindOf, placeOnSquare, renderVolume } from './render.ts';

const volume = drawPhantomVolume({ patient: 2, lesions: 'opacities', slices: 5, width: 96, height: 96 });
const arms = readPlan(planTemplates.slices.replaceAll('side: 200', 'side: 64'), 'slices').arms;
const render = async (arm: PlanArm, side = 96): Promise<Uint8Array[]> => {
  const frames: Uint8Array[] = [];
  for await (const frame of renderVolume(volume, arm, 2, side, 7)) frames.push(frame);
  return frames;
};
const armOf = (id: string): PlanArm => arms.find((arm) => arm.id === id) ?? planSchema.shape.arms.element.parse({ id });

describe('each loss on the way to paper is an arm of its own', () => {
  it.each(arms.map((arm) => ({ id: arm.id, arm })))('$id: frames of the one size that the arm has', async ({ arm }) => {
    const frames = await render(arm);
    expect(frames).toHaveLength(arm.view === 'series' ? 5 : 1);
    expect(new Set(frames.map((frame) => frame.length))).toEqual(new Set([frameBytes(frameKindOf(arm), 96)]));
    expect(await render(arm)).toEqual(frames);
  });
  it('the series and the slice keep every Hounsfield unit', async () => {
    const [frame = new Uint8Array()] = await render(armOf('slice'));
    expect(new Int16Array(frame.buffer)).toEqual(sliceUnits(volume, 2));
    const series = await render(armOf('series'));
    expect(new Int16Array(series[4]?.buffer ?? new ArrayBuffer(0))).toEqual(sliceUnits(volume, 4));
  });
  it('what follows the window differs more from it with each step', async () => {
    const gray = async (id: string): Promise<number[]> => {
      const [frame = new Uint8Array()] = await render(armOf(id));
      const channels = frame.length / (96 * 96);
      return Array.from({ length: 96 * 96 }, (_, i) => frame[i * channels] ?? 0);
    };
    const window = await gray('window');
    const distance = async (id: string): Promise<number> => Math.sqrt((await gray(id)).reduce((sum, value, i) => sum + (value - (window[i] ?? 0)) ** 2, 0) / window.length);
    const [small, photo] = [await distance('small'), await distance('photo')];
    expect(small).toBeGreaterThan(1);
    expect(photo).toBeGreaterThan(small);
    expect(await distance('jpeg')).not.toBe(small);
  });
  it('a smaller volume stands in the middle of air', async () => {
    const [frame = new Uint8Array()] = await render(armOf('slice'), 128);
    const units = new Int16Array(frame.buffer);
    expect([units[0], units[16 * 128 + 16]]).toEqual([-1024, sliceUnits(volume, 2)[0]]);
  });
  it('places follow their picture onto the square', () => {
    expect(placeOnSquare({ x: 0, y: 0.5, radius: 0.1 }, 100, 200)).toEqual({ x: 0.25, y: 0.5, radius: 0.05 });
  });
});
