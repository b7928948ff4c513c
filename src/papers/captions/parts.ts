/** What a caption says of one or several of its panels. */
export interface CaptionPart {
  /** Upper-case letters, in the order of the alphabet. */
  readonly letters: readonly string[];
  readonly text: string;
}

/** A caption taken apart. */
export interface SplitCaption {
  /** What stands before the first panel and holds for all. */
  readonly lead: string;
  /** Empty where the caption names no panels. */
  readonly parts: readonly CaptionPart[];
}

interface Mark {
  readonly letters: readonly string[];
  readonly start: number;
  readonly end: number;
}

const range = String.raw`[A-Za-z](?:\s?(?:[-–—,&]|and|to)\s?[A-Za-z])*`;
/** `(A)`, `(a-c)`, `(A, B)`, `(A and B)`, with the figure's number before the letter or not: `(1A)`. */
const inBrackets = new RegExp(String.raw`\((?:Fig(?:ure)?\.?\s?)?\d{0,2}(${range})(?:,? [a-z][^()]{0,40})?\)`, 'g');
/** `A, …`, `B. …`, `C: …`, `3B. …`, `d–f, …` where a sentence begins. */
const bySentence = new RegExp(String.raw`(?<=^|[.;:]\s|\s{2})\d{0,2}(${range})\s?[.,:](?=\s)`, 'g');
/** A bare letter where a sentence begins: `a Chest CT …`, `B Images …`. */
const bare = /(?<=^|[.;:)]\s)([A-Za-z](?:[-–][A-Za-z])?)(?=\s[A-Z])/g;

/** The letters of `A`, `a–c`, `A, B and D`; empty for what is no list of letters. */
export function lettersOf(text: string): string[] {
  const letters: string[] = [];
  let previous: string | undefined;
  for (const [token] of text.matchAll(/[A-Za-z]+|[-–—]/g)) {
    const letter = token.toUpperCase();
    if (/^(?:AND|TO)$/.test(letter)) {
      if (letter === 'TO') previous = '-';
      continue;
    }
    if (/^[-–—]$/.test(token)) {
      previous = '-';
      continue;
    }
    if (letter.length !== 1) return [];
    const last = letters.at(-1);
    if (previous === '-' && last !== undefined) for (let code = last.charCodeAt(0) + 1; code <= letter.charCodeAt(0); code++) letters.push(String.fromCharCode(code));
    else letters.push(letter);
    previous = undefined;
  }
  return [...new Set(letters)];
}

function marksOf(text: string, pattern: RegExp): Mark[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const letters = lettersOf(match[1] ?? '');
    return letters.length === 0 ? [] : [{ letters, start: match.index, end: match.index + match[0].length }];
  });
}

/** Marks that count from A on, without a gap; a letter that was named before may be named again, and is left to the text. */
function counted(marks: readonly Mark[]): Mark[] {
  const kept: Mark[] = [];
  let next = 'A'.charCodeAt(0);
  for (const mark of marks) {
    const [first = ''] = mark.letters;
    if (first.charCodeAt(0) !== next) continue;
    kept.push(mark);
    next = Math.max(...mark.letters.map((letter) => letter.charCodeAt(0))) + 1;
  }
  return next - 'A'.charCodeAt(0) >= 2 ? kept : [];
}

/** Whether marks stand after what they mark: `patient 1 (A), patient 2 (B) and patient 3 (C).` */
function standAfter(text: string, marks: readonly Mark[]): boolean {
  const after = marks.filter(({ end }) => /^\s*(?:[,.;]|and\b|$)/.test(text.slice(end))).length;
  return after > marks.length / 2;
}

/**
 * Takes a caption apart by its panels' letters: in brackets before or after the words, or before a sentence.
 * @param text without the figure's label
 */
export function splitCaption(text: string): SplitCaption {
  for (const pattern of [inBrackets, bySentence, bare]) {
    const marks = counted(marksOf(text, pattern));
    if (marks.length === 0) continue;
    if (pattern === inBrackets && standAfter(text, marks)) return splitAfter(text, marks);
    const [first] = marks;
    return {
      lead: text.slice(0, first?.start ?? 0).trim(),
      parts: marks.map((mark, i) => ({ letters: mark.letters, text: tidy(text.slice(mark.end, marks[i + 1]?.start ?? text.length)) })),
    };
  }
  return { lead: text.trim(), parts: [] };
}

/** Panels named after their words: the lead is whole sentences before the first one. */
function splitAfter(text: string, marks: readonly Mark[]): SplitCaption {
  const before = text.slice(0, marks[0]?.start ?? 0);
  const sentence = Math.max(before.lastIndexOf('. '), before.lastIndexOf(': ')) + 1;
  const parts = marks.map((mark, i) => ({ letters: mark.letters, text: tidy(text.slice(i === 0 ? sentence : (marks[i - 1]?.end ?? 0), mark.start)) }));
  const rest = tidy(text.slice(marks.at(-1)?.end ?? text.length));
  return { lead: [before.slice(0, sentence).trim(), rest].filter((piece) => piece !== '').join(' '), parts };
}

const tidy = (text: string): string => text.replace(/^[\s,.;:]+(?:and\s)?/, '').replace(/[\s,;]+$/, '').trim();
