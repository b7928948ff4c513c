import type { Argv } from 'yargs';
import { CovidCtError } from '../base/index.ts';
import { descriptionSchema, emptyDescription, type Description } from '../curation/index.ts';

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

/** What is said of a case, an option each. */
const fields = {
  patient: text('patient ID: yours, not the hospital’s; the release numbers patients anew'),
  doi: text('DOI of the paper'),
  caption: text('caption, or what is to be seen'),
  licence: text('licence: an SPDX identifier or an address'),
  age: text('age, as 41, 40-49 or 40+'),
  sex: text('F or M'),
  location: text('where the patient was treated'),
  history: text('medical history'),
  time: text('days since onset or admission'),
  severity: text('severity'),
  'other-diseases': text('other diseases'),
  finding: text('what is to be seen, in words'),
  source: text('hospital, collection or title'),
} as const;

/** Adds the options that describe a case. */
export function descriptionOptions<T>(yargs: Argv<T>) {
  return yargs.options(fields);
}

/** The given options alone, an empty one as `null`. @throws CovidCtError USAGE for what cannot be read */
export function givenDescription(args: Readonly<Partial<Record<keyof typeof fields, string | undefined>>>): Partial<Description> {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const given = Object.fromEntries(names.flatMap((name) => (args[name] === undefined ? [] : [[name === 'other-diseases' ? 'otherDiseases' : name, args[name] === '' ? null : args[name]]])));
  const parsed = descriptionSchema.safeParse({ ...emptyDescription, ...given });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? '');
    throw new CovidCtError('USAGE', `--${name === 'otherDiseases' ? 'other-diseases' : name} ${JSON.stringify(String(given[name] ?? ''))} ${issue?.message ?? 'cannot be read'}.`, { hint: 'See --help for what each takes.' });
  }
  return Object.fromEntries(Object.entries(parsed.data).filter(([name]) => name in given));
}
