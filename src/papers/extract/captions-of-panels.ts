import { readLabel } from '../captions/label.ts';
import { splitCaption } from '../captions/parts.ts';

/** What a caption says of one panel. */
export interface PanelWords {
  readonly letters: readonly string[];
  /** The lead and the panel's own words; `undefined` where the caption names no panels, or not as many as there are. */
  readonly text: string | undefined;
}

/** A caption dealt out to panels. */
export interface DealtCaption {
  readonly panels: readonly PanelWords[];
  /** A sentence where letters and panels do not agree. */
  readonly disagreement: string | undefined;
}

const nothing: PanelWords = { letters: [], text: undefined };

/** The letters of the panels that a caption names, in the order of the alphabet; empty where it names none. */
export function namedPanels(caption: string | undefined): string[] {
  return [...new Set(partsIn(caption).parts.flatMap(({ letters }) => letters))].toSorted();
}

function partsIn(caption: string | undefined): ReturnType<typeof splitCaption> {
  if (caption === undefined) return { lead: '', parts: [] };
  return splitCaption(caption.slice(readLabel(caption)?.length ?? 0).trim());
}

/**
 * Deals a caption out to a figure's panels, which stand in the order of reading: the first letter to the first panel and
 * so on, where there are as many; else no panel gets words of its own.
 */
export function dealCaption(caption: string | undefined, count: number): DealtCaption {
  const { lead, parts } = partsIn(caption);
  const letters = namedPanels(caption);
  if (letters.length === 0) return { panels: Array.from({ length: count }, () => nothing), disagreement: undefined };
  if (letters.length !== count) {
    return { panels: Array.from({ length: count }, () => nothing), disagreement: `the caption names ${letters.length} panels, ${count} ${count === 1 ? 'was' : 'were'} found` };
  }
  return {
    panels: letters.map((letter) => ({ letters: [letter], text: [lead, ...parts.filter((part) => part.letters.includes(letter)).map(({ text }) => text)].filter((text) => text !== '').join(' ') })),
    disagreement: undefined,
  };
}
