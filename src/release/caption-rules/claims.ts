import { partsOf, sentencesOf, type CaptionParts } from './sentences.ts';
import { covidRules, type CaptionRules } from './rules.ts';

/**
 * What a caption says against the label of its picture, by rules: data in a file, one small reader here. The reader
 * knows sentences, panels ("B, Heart failure …") and negation; it does not know medicine, so that every hit quotes the
 * words it rests on, for a person to judge.
 */

/** What a caption may say against the positive label. */
export type CaptionClaimCode = 'CAPTION_CONTROL' | 'CAPTION_OTHER_DISEASE' | 'CAPTION_NO_LESION' | 'CAPTION_TOO_EARLY' | 'CAPTION_MIXED_GROUPS' | 'CAPTION_LESION_RESOLVED';

/** What a caption says of one picture that carries the positive label. */
export interface CaptionClaim {
  readonly code: CaptionClaimCode;
  /** The caption's own words. */
  readonly words: string;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;
const monthAndYear = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?((?:19|20)\d\d)\b/gi;
const yearAndMonth = /\b((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?\b/g;
const yearAlone = /\b(?:in|during|since|dated|from|year) ((?:19|20)\d\d)\b(?![- ](?:n-?cov|novel|coronavirus))/gi;

/** Dates in a text, in months since the year 0; a year alone counts as its December, the last it could be. */
function monthsIn(text: string): { readonly month: number; readonly words: string }[] {
  const found: { month: number; words: string }[] = [];
  for (const match of text.matchAll(monthAndYear)) {
    const month = months.findIndex((name) => name === (match[1] ?? '').toLowerCase());
    found.push({ month: Number(match[2]) * 12 + month, words: match[0] });
  }
  for (const match of text.matchAll(yearAndMonth)) found.push({ month: Number(match[1]) * 12 + Number(match[2]) - 1, words: match[0] });
  for (const match of text.matchAll(yearAlone)) found.push({ month: Number(match[1]) * 12 + 11, words: match[0] });
  return found;
}

/** Where a pattern holds in a sentence without being taken back. */
function holds(sentence: string, pattern: RegExp, rules: CaptionRules, taken: RegExp = rules.negatedBefore): boolean {
  const match = pattern.exec(sentence);
  return match !== null && !taken.test(sentence.slice(0, match.index)) && !rules.negatedAfter.test(sentence.slice(match.index + match[0].length));
}

function otherDiseaseIn(sentences: readonly string[], rules: CaptionRules): string | undefined {
  return sentences.find((sentence) => rules.otherDiseases.some((pattern) => holds(sentence, pattern, rules)));
}

const saysPositive = (sentences: readonly string[], rules: CaptionRules): boolean => sentences.some((sentence) => rules.disease.test(sentence));

/** Another disease beside the positive one: a claim, a doubt, or neither (both in one patient). */
function otherDiseaseClaim({ lead, panel }: CaptionParts, rules: CaptionRules): CaptionClaim | undefined {
  const inPanel = otherDiseaseIn(panel, rules);
  if (inPanel !== undefined && !saysPositive(panel, rules)) return { code: 'CAPTION_OTHER_DISEASE', words: inPanel };
  if (inPanel !== undefined || (panel.length > 0 && saysPositive(panel, rules))) return undefined;
  const inLead = otherDiseaseIn(lead, rules);
  if (inLead === undefined) return undefined;
  if (!saysPositive(lead, rules)) return { code: 'CAPTION_OTHER_DISEASE', words: inLead };
  return rules.bothDiseases.test(inLead) ? undefined : { code: 'CAPTION_MIXED_GROUPS', words: inLead };
}

/**
 * What a caption says against the positive label of its picture.
 * @param caption text of one caption, cut down to the picture's panel where its curators did so
 * @param rules of the disease; COVID-19's where nothing is said
 * @returns claims, the strongest reading first; empty where nothing speaks against the label
 */
export function claimsAgainstPositive(caption: string, rules: CaptionRules = covidRules()): CaptionClaim[] {
  const sentences = sentencesOf(caption);
  const claims: CaptionClaim[] = [];
  const early = sentences.find((sentence) => {
    const dates = monthsIn(sentence);
    return dates.length > 0 && dates.every(({ month }) => month < rules.firstMonth);
  });
  if (early !== undefined && !monthsIn(caption).some(({ month }) => month >= rules.firstMonth)) claims.push({ code: 'CAPTION_TOO_EARLY', words: early });

  const controls = sentences.find((sentence) => holds(sentence, rules.controls, rules, rules.comparedBefore));
  if (controls !== undefined) {
    // What follows usually says what the controls have.
    const words = sentences.slice(sentences.indexOf(controls)).join(' ');
    claims.push({ code: rules.disease.test(controls) ? 'CAPTION_MIXED_GROUPS' : 'CAPTION_CONTROL', words });
    return claims;
  }
  const other = otherDiseaseClaim(partsOf(caption), rules);
  if (other !== undefined) {
    claims.push(other);
    return claims;
  }
  const clear = sentences.find((sentence) => {
    const match = rules.noLesion.exec(sentence);
    return match !== null && !/\bnot\s+$/.test(sentence.slice(0, match.index)) && !rules.partOnly.test(sentence.slice(match.index + match[0].length));
  });
  if (clear !== undefined) claims.push({ code: 'CAPTION_NO_LESION', words: clear });
  const gone = sentences.find((sentence) => holds(sentence, rules.resolved, rules));
  if (gone !== undefined) claims.push({ code: 'CAPTION_LESION_RESOLVED', words: gone });
  const guessed = sentences.find((sentence) => rules.predictions.test(sentence));
  if (guessed !== undefined) claims.push({ code: 'CAPTION_MIXED_GROUPS', words: guessed });
  return claims;
}

/** The sentence of a caption that says that nothing changed, if one does: what was true of the earlier picture still is. */
export function saysNoChange(caption: string, rules: CaptionRules = covidRules()): string | undefined {
  return sentencesOf(caption).find((sentence) => rules.noChange.test(sentence));
}

/** The words of a cell of other diseases that name one which would explain the picture without the positive disease. */
export function otherDiseaseInCell(cell: string, rules: CaptionRules = covidRules()): string | undefined {
  return rules.disease.test(cell) || otherDiseaseIn([cell], rules) === undefined ? undefined : cell.trim();
}

/** The sentence of a caption that says it shows the positive disease, if one does: named, and not denied. */
export function saysPositiveDisease(caption: string, rules: CaptionRules = covidRules()): string | undefined {
  return sentencesOf(caption).find((sentence) => holds(sentence, rules.disease, rules, rules.deniedDiseaseBefore));
}

/** Whether a text names the positive disease at all, affirmed or denied. */
export function namesPositiveDisease(text: string, rules: CaptionRules = covidRules()): boolean {
  return rules.disease.test(text);
}

/** Whether a label is the disease that the rules know; of other diseases they can say nothing. */
export function isKnownDisease(label: string, rules: CaptionRules = covidRules()): boolean {
  return rules.knownLabels.test(label) && !rules.deniedLabels.test(label);
}
