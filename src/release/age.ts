import type { Age } from './types.ts';

/** Ages above this are taken for errors of writing. The longest documented life is 122 years. */
const oldest = 122;

/**
 * Words for ages, in whole years, both ends included. `young child` as in WHO's feeding guidance (12 to 59 months), the
 * others by MeSH's age groups (infant, preschool child, child, adolescent, adult, aged).
 */
const words: readonly (readonly [RegExp, number, number | undefined])[] = [
  [/^(?:newborn|neonate)$/, 0, 0],
  [/^(?:infant|baby)$/, 0, 1],
  [/^(?:young child|toddler)$/, 1, 4],
  [/^(?:preschool child|child, preschool)$/, 2, 5],
  [/^child$/, 6, 12],
  [/^(?:adolescent|teenager)$/, 13, 18],
  [/^adult$/, 19, undefined],
  [/^(?:elderly|aged)$/, 65, undefined],
];

const unit = String.raw`(?:\s*-?\s*(?:years?|yrs?|y)\.?(?:[\s/-]*(?:old|o\.?))?)?`;
const exact = new RegExp(`^(?:age(?:d)?:?\\s*)?([0-9]{1,3}(?:\\.[0-9]+)?)${unit}$`);
const between = new RegExp(`^([0-9]{1,3})\\s*(?:-|–|—|to)\\s*([0-9]{1,3})${unit}$`);
const over = new RegExp(`^(?:>=?|≥|over\\s|above\\s)\\s*([0-9]{1,3})${unit}$|^([0-9]{1,3})\\s*\\+${unit}$`);
const under = new RegExp(`^(?:<=?|≤|under\\s|below\\s)\\s*([0-9]{1,3})${unit}$`);
const decade = /^(?:in\s+(?:the\s+|his\s+|her\s+|their\s+)?)?([0-9])0'?s$/;
const young = /^([0-9]{1,3})\s*-?\s*(months?|mo|weeks?|wk|days?)(?:[\s-]*old)?$/;

const ranged = (low: number | undefined, high: number | undefined): Age => ({ years: undefined, low, high });

/** An age as people write it (`41`, `66-year-old`, `40+`, `40-49`, `60s`, `8 months`, `Young Child`), in years; `undefined` where it is none. */
export function parseAge(text: string): Age | undefined {
  const written = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const possible = (age: Age): Age | undefined => ([age.years, age.low, age.high].some((years) => years !== undefined && years > oldest) ? undefined : age);

  const years = exact.exec(written)?.[1];
  if (years !== undefined) return possible({ years: Number(years), low: Number(years), high: Number(years) });
  const range = between.exec(written);
  if (range !== null) return Number(range[1]) <= Number(range[2]) ? possible(ranged(Number(range[1]), Number(range[2]))) : undefined;
  const bound = over.exec(written);
  if (bound !== null) return possible(ranged(Number(bound[1] ?? bound[2]), undefined));
  const limit = under.exec(written)?.[1];
  if (limit !== undefined) return possible(ranged(0, Number(limit)));
  const tens = decade.exec(written)?.[1];
  if (tens !== undefined) return ranged(Number(tens) * 10, Number(tens) * 10 + 9);
  const part = young.exec(written);
  if (part !== null) {
    const perYear = part[2]?.startsWith('m') === true ? 12 : part[2]?.startsWith('w') === true ? 52.18 : 365.25;
    const age = Number(part[1]) / perYear;
    return possible({ years: age, low: age, high: age });
  }
  const word = words.find(([pattern]) => pattern.test(written));
  return word === undefined ? undefined : ranged(word[1], word[2]);
}

/** A sex as people write it: `F`, `female`, `woman`, `girl`; `M` alike. `undefined` where it is neither. */
export function parseSex(text: string): 'F' | 'M' | undefined {
  const written = text.trim().toLowerCase().replace(/\.$/, '');
  if (/^(?:f|female|woman|girl)$/.test(written)) return 'F';
  if (/^(?:m|male|man|boy)$/.test(written)) return 'M';
  return undefined;
}
