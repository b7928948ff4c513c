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

/** A caption's lead, which all panels share, and what it says from its first panel on. */
export interface CaptionParts {
  readonly lead: readonly string[];
  readonly panel: readonly string[];
}

/** The caption's lead, which all panels share, and what it says from its first panel on. */
export function partsOf(caption: string): CaptionParts {
  const sentences = sentencesOf(caption);
  const start = sentences.findIndex((sentence) => panelStart.test(sentence));
  // A second panel means that the text was not cut down to this picture's panel: nothing can be pinned on one.
  const panels = sentences.filter((sentence) => panelStart.test(sentence) && !/^[A-Z]\.$/.test(sentence)).length;
  return start < 0 || panels > 2 ? { lead: sentences, panel: [] } : { lead: sentences.slice(0, start), panel: sentences.slice(start) };
}
