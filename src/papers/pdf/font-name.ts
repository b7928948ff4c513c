/** What a font's name tells of its cut. */
export interface FontCut {
  /** Without the six letters of a subset. */
  readonly name: string;
  readonly bold: boolean;
  readonly italic: boolean;
}

/**
 * Reads a font's PostScript name: `ABCDEF+TimesNewRoman,BoldItalic`, `NimbusRomNo9L-MediItal`, `CMBX10`. `Medi` is the
 * bold of the Nimbus fonts; `CMBX` and `CMTI` are Computer Modern's bold and italic.
 */
export function readFontName(raw: string): FontCut {
  const name = raw.replace(/^[A-Z]{6}\+/, '');
  return {
    name,
    bold: /bold|black|heavy|semibold|(?:-|,)demi|-medi(?!um)|^CMBX|^CMSSBX|\bBd\b/i.test(name),
    italic: /ital|oblique|slant|^CMTI|^CMSL|^CMMI/i.test(name),
  };
}
