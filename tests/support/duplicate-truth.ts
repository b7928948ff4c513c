import { readFileSync } from 'node:fs';
import { z } from 'zod';

const truthSchema = z.object({
  looked_at: z.number(),
  pairs: z.array(z.object({ a: z.string(), b: z.string(), truth: z.enum(['duplicate', 'adjacent', 'same-slice-other-window', 'different']) })),
});

/** A pair of the list that was made by exhaustive registration and by eye, before the detector: `COVID/x.png`. */
export interface TruePair {
  readonly first: string;
  readonly second: string;
  readonly truth: 'duplicate' | 'adjacent' | 'same-slice-other-window' | 'different';
}

/** The truth list of tests/oracles/duplicates, with names as `<label>/<name>`. */
export function readDuplicateTruth(): readonly TruePair[] {
  const text = readFileSync(new URL('../oracles/duplicates/truth.json', import.meta.url), 'utf8');
  const bare = (name: string): string => name.replace(/^CT_/, '');
  return truthSchema.parse(JSON.parse(text)).pairs.map(({ a, b, truth }) => ({ first: bare(a), second: bare(b), truth }));
}

/** A key of a pair that does not depend on its order. */
export function pairKey(first: string, second: string): string {
  return [first, second].toSorted().join(' | ');
}

/** Groups of names that the truth list calls one picture. */
export function trueGroups(pairs: readonly TruePair[]): readonly (readonly string[])[] {
  const groups: Set<string>[] = [];
  for (const { first, second } of pairs.filter((pair) => pair.truth === 'duplicate')) {
    const touched = groups.filter((group) => group.has(first) || group.has(second));
    const joined = new Set([first, second, ...touched.flatMap((group) => [...group])]);
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups.map((group) => [...group]);
}
