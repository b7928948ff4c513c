import type { StatementName } from './statements.ts';

/** An item of a reporting checklist, in the project's own words. */
export interface ChecklistItem {
  /** The item's number in the checklist: `12a`. */
  readonly id: string;
  readonly section: string;
  readonly title: string;
  /** What a run knows that answers it. */
  readonly statements: readonly StatementName[];
  /** What stays for the authors to say; undefined where the statements are all that is asked for. */
  readonly missing?: string;
}

/** A reporting checklist, as data. */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly items: readonly ChecklistItem[];
}

/** An item with what is said to it. */
export interface AnsweredItem extends ChecklistItem {
  /** `open`: nothing is said; `partly`: something is, and something is missing. */
  readonly status: 'filled' | 'partly' | 'open';
  readonly answers: readonly string[];
  /** Written by the authors, where they gave an answer. */
  readonly byAuthors: boolean;
}

/** Answers that authors give to items, by the checklist and the item's number. */
export type AuthorAnswers = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Fills a checklist by what is known.
 * @param statements what a run says; undefined where it cannot
 * @param authors answers of the authors, which stand beside the run's own and close the item
 */
export function fillChecklist({ id, items }: Checklist, statements: Readonly<Record<StatementName, string | undefined>>, authors: AuthorAnswers = {}): AnsweredItem[] {
  return items.map((item) => {
    const known = item.statements.map((name) => statements[name]);
    const given = authors[id]?.[item.id];
    const answers = [...known.flatMap((text) => text ?? []), ...(given === undefined ? [] : [given])];
    const lacks = item.missing !== undefined || known.includes(undefined);
    const status = answers.length === 0 ? 'open' : given === undefined && lacks ? 'partly' : 'filled';
    return { ...item, status, answers, byAuthors: given !== undefined };
  });
}
