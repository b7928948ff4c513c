import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRecipe } from './file.ts';
import { findRecipe, recipes } from './presets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covid-ct-recipe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(value: unknown): Promise<string> {
  const path = join(folder, 'recipe.json');
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

it.each(recipes.map((recipe) => [`${recipe.kind}, ${recipe.preset}`, recipe] as const))('%s comes out of a file as it went in', async (_, recipe) => {
  expect(await readRecipe(await written(recipe), recipe.kind)).toEqual(recipe);
});

it('says what is wrong with a file', async () => {
  const recipe = findRecipe('transfer', 'cpu');
  await expect(readRecipe(join(folder, 'none.json'), 'transfer')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(readRecipe(await written('{'), 'transfer')).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('is not JSON') });
  await expect(readRecipe(await written({ ...recipe, batch: 0 }), 'transfer')).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('batch') });
  await expect(readRecipe(await written({ ...recipe, warmth: 3 }), 'transfer')).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('warmth') });
  await expect(readRecipe(await written(recipe), 'scratch')).rejects.toMatchObject({ code: 'USAGE' });
});
