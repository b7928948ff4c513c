/** The number under which a caption stands: `Figure 2A`, `TABLE IV`, `Supplementary Fig. S3`. */
export interface CaptionLabel {
  readonly kind: 'figure' | 'table';
  /** `2`, `S3`, `IV`: without a letter of a panel. */
  readonly number: string;
  /** What stands after the label. */
  readonly rest: string;
  /** How many characters the label takes, its punctuation included. */
  readonly length: number;
  /** Whether a point, colon, bar or dash parts it from the text. */
  readonly punctuated: boolean;
}

const pattern = /^(?:(?:supplement(?:ary|al)|extended data|appendix|online|suppl\.?|e)[ -]?)?(fig(?:ure)?s?|tab(?:le)?s?)\b\.?\s*(?:([SAE]?\d{1,3})(?:[A-Za-z](?:[-–,&][A-Za-z])*)?(?![\d%])|([IVX]{1,5})(?![A-Za-z]))\s*([.:|,]|[-—–]{1,2})?(?=\s|$|[A-Z(])/i;

/** Reads the label at the start of a text; `undefined` where there is none. */
export function readLabel(text: string): CaptionLabel | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [whole, word = '', arabic, roman, mark] = match;
  if (roman !== undefined && roman !== roman.toUpperCase()) return undefined;
  const number = arabic ?? roman ?? '';
  return { kind: /^fig/i.test(word) ? 'figure' : 'table', number: number.toUpperCase(), rest: text.slice(whole.length).trim(), length: whole.length, punctuated: mark !== undefined && mark !== ',' };
}

/** A sentence of the running text that begins with a label: `Figure 3 shows …`, `Table 2 and Table 3 …`, `Figure 2, we …`. */
export function isSentence(label: CaptionLabel): boolean {
  if (label.punctuated) return false;
  return /^(?:,|\)|\((?:left|right|top|bottom|middle|see|and|cf)\b|(?:also |clearly |further |briefly )?(?:shows?|showed|presents?|presented|illustrates?|illustrated|depicts?|displays?|summari[sz]es?|gives?|compares?|reports?|provides?|demonstrates?|contains?|lists?|indicates?|reveals?|plots?|describes?|details|highlights?|visuali[sz]es?|suggests?|confirms?|represents?|outlines?|exhibits?|is|are|was|were|has|have|can|and|or|in|of|for|with|to|we|as|that|the|where|which|from|below|above)\b)/.test(label.rest);
}
