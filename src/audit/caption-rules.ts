import type { DefectCode } from './codes.ts';

/**
 * What a caption says against the label of its picture, by rules: data below, one small reader above it. The reader
 * knows sentences, panels ("B, Heart failure …") and negation; it does not know medicine, so that every hit quotes the
 * words it rests on, for a person to judge.
 */

/** What a caption says of one picture that carries the positive label. */
export interface CaptionClaim {
  readonly code: DefectCode;
  /** The caption's own words. */
  readonly words: string;
}

/** Names of the positive disease, as papers of early 2020 wrote them. */
const positiveDisease = /covid|2019[- ]?n-?cov|\bn-?cov\b|2019-cov\b|sars[- ]*cov[- ]*2|novel coronavirus|coronavirus (?:disease|pneumonia)|\bNCP\b/i;

/** Diseases that would explain the picture without the positive one. Comorbidities that do not are left out. */
const otherDiseases: readonly RegExp[] = [
  /\b(?:ordinary )?bacterial pneumonia\b/i,
  /\b(?:secondary )?(?:pulmonary )?tuberculosis\b/i,
  /\btumou?r(?:ous|s)?\b|\bcarcinomas?\b|\badenocarcinomas?\b|\blung cancer\b|\bmetasta[st][ei]s\b|\blymphomas?\b/i,
  /\bbronchiectasis complicated\b|\blung abscess\b|\bsarcoidosis\b|\bsilicosis\b|\bpneumoconiosis\b/i,
  /\bheart failure\b|\bpulmonary (?:o?edema|embolism)\b/i,
  /\binfluenza\b|\badenovirus\b|\bmycoplasma\b|\bMERS\b|\bSARS\b(?![- ]*cov)/i,
  /\bother (?:pathogens|pneumonias?|viral pneumonias?|infections)\b|\bcommunity[- ]acquired pneumonia\b/i,
  /\b(?:anti-)?NTM\b|\b(?:non)?tuberculous mycobacteri\w*|\bTalaromyces\b|\bPenicillium\b|\baspergillosis\b|\bpneumocystis\b|\bfungal (?:infection|pneumonia)\b/i,
  /\bregarded as (?:a )?chronic lung lesions?\b/i,
];

/** Words before a term, in its sentence, that take it back. */
const negatedBefore = /\b(?:no|not|without|never|excluded?|excluding|ruled out|rule out|negative for|absence of|history of|free of|rather than|mimicking|resembling|unlike|differ(?:s|ent)? from|denied)\b[^.;:]{0,60}$/i;

/** Words after a term, in its sentence, that take it back. */
const negatedAfter = /^[^.;:]{0,40}\b(?:(?:was|were|is|are|been) (?:ruled out|excluded|not |negative)|ruled out|absent)/i;

const control = /\b(?:images?|scans?|CTs?|slices?|lungs?) (?:of|from|in) (?:the |an? )?(?:healthy |normal |negative )*(?:controls?|volunteers?)\b|\b(?:healthy|normal) (?:controls?|volunteers?|subjects?|persons?|individuals?)\b/i;
const comparedBefore = /\b(?:compared? (?:with|to)|than|versus|vs\.?|relative to)\b[^.;]{0,40}$/i;

const noLesion = /\b(?:no|without(?: any)?) (?:obvious |significant |definite |apparent |visible |clear |evident )*(?:lung |pulmonary |chest |CT )*(?:lesions?|abnormalit(?:y|ies)|abnormal (?:findings?|changes?|signs?))\b|\b(?:shows?|showed|showing|with|reveal(?:s|ed)?|are|is|was|were) (?:a |the )?(?:completely |entirely )?normal(?: (?:chest )?(?:CT|lungs?|lung fields?|parenchyma|appearance|findings))\b|\b(?:chest )?CT (?:scan |image )?(?:was|is) (?:completely |entirely )?normal\b/i;
/** A part of the lungs after the words: the rest may well be diseased. */
const partOnly = /^[^.;]{0,20}\b(?:in|of) the (?:left|right|upper|lower|middle|other|contralateral|remaining)\b/i;
const noChange = /\bno (?:obvious |significant )?changes?\b/i;

const resolved = /\bcomplete(?:ly)? (?:resolution|absorption|absorbed|resolved|disappear(?:ed|ance)|dissipat(?:ed|ion))\b|\bresolved completely\b|\b(?:lesions?|opacit(?:y|ies)) (?:had |have |has )?(?:completely )?(?:disappeared|vanished)\b/i;

/** Captions of figures that hold right and wrong cases of a classifier, positive or not. */
const predictions = /\b(?:erroneous|wrong|incorrect) (?:predictions?|classifications?)\b|\bmisclassified\b/i;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;
const monthAndYear = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?((?:19|20)\d\d)\b/gi;
const yearAndMonth = /\b((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?\b/g;
const yearAlone = /\b(?:in|during|since|dated|from|year) ((?:19|20)\d\d)\b(?![- ](?:n-?cov|novel|coronavirus))/gi;

/** December 2019, when the first cases fell ill, in months since the year 0. */
const firstMonth = 2019 * 12 + 11;

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

/** A caption in sentences; abbreviations of figures and numbers do not end one. */
export function sentencesOf(caption: string): string[] {
  return caption
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\b(Figs?|Figures?|no|vs|al|e\.g|i\.e)\. /gi, '$1.\u00a0')
    .split(/(?<=\.)\s+(?=[(A-Z0-9])/)
    .map((sentence) => sentence.replaceAll('\u00a0', ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** Whether a sentence opens a panel: `B, …`, `(C) …`, `D. …`, `(b-c) …`, `2A …`. */
const panelStart = /^(?:\([A-Za-z](?:[-–,]? ?(?:and )?[A-Za-z])*\)|[A-Z](?:[-–][A-Z])?[,.:])(?=\s|$)/;

/** The caption's lead, which all panels share, and what it says from its first panel on. */
function partsOf(caption: string): { readonly lead: readonly string[]; readonly panel: readonly string[] } {
  const sentences = sentencesOf(caption);
  const start = sentences.findIndex((sentence) => panelStart.test(sentence));
  // A second panel means that the text was not cut down to this picture's panel: nothing can be pinned on one.
  const panels = sentences.filter((sentence) => panelStart.test(sentence) && !/^[A-Z]\.$/.test(sentence)).length;
  return start < 0 || panels > 2 ? { lead: sentences, panel: [] } : { lead: sentences.slice(0, start), panel: sentences.slice(start) };
}

/** Where a pattern holds in a sentence without being taken back. */
function holds(sentence: string, pattern: RegExp, taken: RegExp = negatedBefore): boolean {
  const match = pattern.exec(sentence);
  return match !== null && !taken.test(sentence.slice(0, match.index)) && !negatedAfter.test(sentence.slice(match.index + match[0].length));
}

function otherDiseaseIn(sentences: readonly string[]): string | undefined {
  return sentences.find((sentence) => otherDiseases.some((pattern) => holds(sentence, pattern)));
}

const saysPositive = (sentences: readonly string[]): boolean => sentences.some((sentence) => positiveDisease.test(sentence));

/** Another disease beside the positive one: a claim, a doubt, or neither (both in one patient). */
function otherDiseaseClaim(caption: string): CaptionClaim | undefined {
  const { lead, panel } = partsOf(caption);
  const inPanel = otherDiseaseIn(panel);
  if (inPanel !== undefined && !saysPositive(panel)) return { code: 'CAPTION_OTHER_DISEASE', words: inPanel };
  if (inPanel !== undefined || (panel.length > 0 && saysPositive(panel))) return undefined;
  const inLead = otherDiseaseIn(lead);
  if (inLead === undefined) return undefined;
  if (!saysPositive(lead)) return { code: 'CAPTION_OTHER_DISEASE', words: inLead };
  return /\bboth\b|\bco-?infect|\bcomplicated (?:with|by)\b/i.test(inLead) ? undefined : { code: 'CAPTION_MIXED_GROUPS', words: inLead };
}

/**
 * What a caption says against the positive label of its picture.
 * @param caption text of one caption, cut down to the picture's panel where its curators did so
 * @returns claims, the strongest reading first; empty where nothing speaks against the label
 */
export function claimsAgainstPositive(caption: string): CaptionClaim[] {
  const sentences = sentencesOf(caption);
  const claims: CaptionClaim[] = [];
  const early = sentences.find((sentence) => {
    const dates = monthsIn(sentence);
    return dates.length > 0 && dates.every(({ month }) => month < firstMonth);
  });
  if (early !== undefined && !monthsIn(caption).some(({ month }) => month >= firstMonth)) claims.push({ code: 'CAPTION_TOO_EARLY', words: early });

  const controls = sentences.find((sentence) => holds(sentence, control, comparedBefore));
  if (controls !== undefined) {
    // What follows usually says what the controls have.
    const words = sentences.slice(sentences.indexOf(controls)).join(' ');
    claims.push({ code: positiveDisease.test(controls) ? 'CAPTION_MIXED_GROUPS' : 'CAPTION_CONTROL', words });
    return claims;
  }
  const other = otherDiseaseClaim(caption);
  if (other !== undefined) {
    claims.push(other);
    return claims;
  }
  const clear = sentences.find((sentence) => {
    const match = noLesion.exec(sentence);
    return match !== null && !/\bnot\s+$/.test(sentence.slice(0, match.index)) && !partOnly.test(sentence.slice(match.index + match[0].length));
  });
  if (clear !== undefined) claims.push({ code: 'CAPTION_NO_LESION', words: clear });
  const gone = sentences.find((sentence) => holds(sentence, resolved));
  if (gone !== undefined) claims.push({ code: 'CAPTION_LESION_RESOLVED', words: gone });
  const guessed = sentences.find((sentence) => predictions.test(sentence));
  if (guessed !== undefined) claims.push({ code: 'CAPTION_MIXED_GROUPS', words: guessed });
  return claims;
}

/** The sentence of a caption that says that nothing changed, if one does: what was true of the earlier picture still is. */
export function saysNoChange(caption: string): string | undefined {
  return sentencesOf(caption).find((sentence) => noChange.test(sentence));
}

/** The words of a cell of other diseases that name one which would explain the picture without the positive disease. */
export function otherDiseaseInCell(cell: string): string | undefined {
  return positiveDisease.test(cell) || otherDiseaseIn([cell]) === undefined ? undefined : cell.trim();
}

const negatedDisease = /\b(?:no|not|without|non|negative for|excluded?|ruled out|before|prior to|unlike|mimicking|resembling|rather than|versus|vs\.?)\b[^.;:]{0,40}$|non-?$/i;

/** The sentence of a caption under the negative label that says it shows the positive disease, if one does. */
export function saysPositiveDisease(caption: string): string | undefined {
  return sentencesOf(caption).find((sentence) => holds(sentence, positiveDisease, negatedDisease));
}

/** Whether a text names the positive disease at all, affirmed or denied. */
export function namesPositiveDisease(text: string): boolean {
  return positiveDisease.test(text);
}

/** Whether a label is the disease that the rules above know; of other diseases they can say nothing. */
export function isKnownDisease(label: string): boolean {
  return /covid|sars[-_ ]?cov|corona|ncov/i.test(label) && !/\b(?:non|no|not|neg|negative)/i.test(label);
}
