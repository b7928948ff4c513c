import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defectCodes } from './codes.ts';

it('docs/AUDIT.md has a row for every code, as the table here has it', () => {
  const rows = readFileSync(new URL('../../docs/AUDIT.md', import.meta.url), 'utf8').split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(Object.entries(defectCodes).map(([code, { check, severity, meaning }]) => `| \`${code}\` | ${check} | ${severity} | ${meaning} |`));
});
