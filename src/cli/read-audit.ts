import { readFile } from 'node:fs/promises';
import { CovidCtError } from '../base/index.ts';

/** The JSON of an `audit.json`, unchecked. @throws CovidCtError NOT_FOUND, or BAD_INPUT where it is no JSON */
export async function readAuditJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} is not JSON.`, { hint: 'Make one with: covid-ct audit --out DIR', cause: error });
  }
}
