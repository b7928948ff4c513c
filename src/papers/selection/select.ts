import { claimsAgainstPositive, covidRules, namesPositiveDisease, saysNoChange, saysPositiveDisease, sentencesOf, type CaptionClaimCode, type CaptionRules } from '../../release/index.ts';

/** What is known of a paper beside the caption. */
export interface PaperContext {
  readonly title?: string | undefined;
  readonly abstract?: string | undefined;
}

/** Whether a caption promises a chest CT that shows the disease, and why. */
export interface Selection {
  readonly selected: boolean;
  /** Sentences for a person, each with the words on which it rests. */
  readonly reasons: readonly string[];
  /** 0 to 1: how far the caption is one of a chest CT, and how far it shows the disease. */
  readonly scores: { readonly chestCt: number; readonly finding: number };
}

const against: Readonly<Record<CaptionClaimCode, string>> = {
  CAPTION_CONTROL: 'a control',
  CAPTION_OTHER_DISEASE: 'another disease',
  CAPTION_NO_LESION: 'nothing to be seen',
  CAPTION_TOO_EARLY: 'dated before the disease',
  CAPTION_MIXED_GROUPS: 'several groups, and the words do not tell which',
  CAPTION_LESION_RESOLVED: 'lesions that are gone',
};

const quoted = (text: string): string => `“${text.length > 120 ? `${text.slice(0, 117)}…` : text}”`;

/** The first words that a pattern finds. */
function found(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[0];
}

interface Judged {
  readonly score: number;
  readonly reason: string;
}

function judgeChestCt(caption: string, ofDisease: boolean, rules: CaptionRules): Judged {
  const drawn = found(caption, rules.notPictures);
  if (drawn !== undefined) return { score: 0, reason: `no picture of a patient: ${quoted(drawn)}` };
  const elsewhere = found(caption, rules.otherRegions);
  const ct = found(elsewhere === undefined ? caption : caption.replaceAll(new RegExp(rules.otherRegions, 'gi'), ' '), rules.ct);
  if (ct !== undefined) {
    const chest = found(caption, rules.chest);
    if (chest !== undefined) return { score: 1, reason: `chest CT: ${quoted(ct)}, ${quoted(chest)}` };
    if (ofDisease) return { score: 0.7, reason: `CT: ${quoted(ct)}, of the chest by the disease` };
    return { score: 0.3, reason: `CT, but not said to be of the chest: ${quoted(ct)}` };
  }
  if (elsewhere !== undefined) return { score: 0, reason: `another part of the body: ${quoted(elsewhere)}` };
  const other = found(caption, rules.otherModalities);
  if (other !== undefined) return { score: 0, reason: `not a CT: ${quoted(other)}` };
  const sign = found(caption, rules.ctSigns);
  if (sign !== undefined && ofDisease) return { score: 0.6, reason: `chest CT by a sign: ${quoted(sign)}` };
  return { score: 0, reason: 'no word of CT' };
}

function judgeFinding(caption: string, context: PaperContext, rules: CaptionRules): Judged {
  const [claim] = claimsAgainstPositive(caption, rules);
  if (claim !== undefined) return { score: 0, reason: `${against[claim.code]}: ${quoted(claim.words)}` };
  const unchanged = saysNoChange(caption, rules);
  if (unchanged !== undefined && found(caption, rules.ctSigns) === undefined) return { score: 0, reason: `nothing new to be seen: ${quoted(unchanged)}` };
  const named = saysPositiveDisease(caption, rules);
  if (named !== undefined) return { score: 1, reason: `${rules.name.split(' ')[0]} in the caption: ${quoted(found(named, rules.disease) ?? named)}` };
  // A caption that names the disease only to deny it is not saved by its paper's subject.
  if (sentencesOf(caption).some((sentence) => namesPositiveDisease(sentence, rules))) return { score: 0.2, reason: 'the disease is named, and denied' };
  const where = (['title', 'abstract'] as const).find((part) => namesPositiveDisease(context[part] ?? '', rules));
  if (where !== undefined) return { score: 0.7, reason: `the paper's ${where} names the disease` };
  return { score: 0.1, reason: 'neither the caption nor the paper names the disease' };
}

/**
 * Chooses by a caption: chest CT, and a change by the disease that nothing in the words takes back.
 * @param caption one caption, or the part of one that belongs to a panel, its lead included
 * @param context title and abstract: they say what a caption leaves out
 * @param rules of the disease; COVID-19's where nothing is said
 */
export function selectCaption(caption: string, context: PaperContext = {}, rules: CaptionRules = covidRules()): Selection {
  const finding = judgeFinding(caption, context, rules);
  const chestCt = judgeChestCt(caption, finding.score >= 0.5, rules);
  return { selected: chestCt.score >= 0.5 && finding.score >= 0.5, reasons: [chestCt.reason, finding.reason], scores: { chestCt: chestCt.score, finding: finding.score } };
}
