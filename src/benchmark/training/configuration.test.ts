import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorkspace } from '../../base/index.ts';
import { findArchitecture, freshState } from '../../models/index.ts';
import { toFloat32, type StateDict } from '../../nn/index.ts';
import { findRecipe } from '../recipes/presets.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { startingState } from './configuration.ts';
import { architectureOptions } from './network.ts';

const workspace = openWorkspace(join(tmpdir(), 'covid-ct-no-workspace'));
const numbers = (state: StateDict, name: string): number[] => [...toFloat32(state.get(name) ?? expect.fail(`no ${name}`))];
const deviation = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

async function start(recipe: Recipe): Promise<StateDict> {
  return (await startingState(findArchitecture(recipe.architecture), recipe, 3, undefined, workspace)).state;
}

describe('startingState without weights', () => {
  it("draws the classifier as the recipe has it, and all else as the architecture's library does", async () => {
    const recipe = findRecipe('scratch', 'cpu');
    const state = await start(recipe);
    expect(deviation(numbers(state, 'classifier.weight'))).toBeCloseTo(0.01, 3);
    expect(numbers(state, 'classifier.bias')).toEqual([0, 0]);
    const library = freshState(findArchitecture(recipe.architecture), architectureOptions(recipe), 3);
    expect([...state].filter(([name, tensor]) => !tensor.bytes.every((byte, i) => byte === library.get(name)?.bytes[i])).map(([name]) => name)).toEqual(['classifier.weight']);
  });

  it("leaves the classifier as the library draws it where the recipe says 'library'", async () => {
    const recipe = findRecipe('scratch', 'sample');
    expect(await start(recipe)).toEqual(freshState(findArchitecture(recipe.architecture), architectureOptions(recipe), 3));
  });
});
