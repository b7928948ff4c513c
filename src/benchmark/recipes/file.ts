import { readFile } from 'node:fs/promises';
import { CovidCtError } from '../../base/index.ts';
import { recipeSchema, type Recipe } from './recipe.ts';

/** Whether a preset's name is that of a file. */
export const isRecipeFile = (preset: string): boolean => preset.endsWith('.json');

/**
 * A recipe out of a JSON file, as `run.json` has one under `configuration.recipe`.
 * @throws CovidCtError NOT_FOUND, BAD_INPUT naming what is wrong, USAGE where it is of another kind
 */
export async function readRecipe(path: string, kind: Recipe['kind']): Promise<Recipe> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CovidCtError('NOT_FOUND', `The recipe ${path} cannot be read.`, { hint: 'Give a JSON file, or the name of a preset.', cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} is not JSON.`, { cause: error });
  }
  const parsed = recipeSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CovidCtError('BAD_INPUT', `${path} is no recipe: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`, { hint: 'Start from the recipe in a run.json, under configuration.recipe.' });
  }
  if (parsed.data.kind !== kind) throw new CovidCtError('USAGE', `${path} is a recipe of the kind ${parsed.data.kind}, not ${kind}.`, { hint: `Say: covid-ct train ${parsed.data.kind} --preset ${path}` });
  return parsed.data;
}
