const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"', '\n': '' };

/**
 * Reads a Python literal of a list of strings, as `repr` writes it: `['one', "it's"]`, with Python's escapes
 * (The Python Language Reference, 2.4.1, string literals; neither prefixes nor triple quotes).
 * @returns the strings, or `undefined` where the text is no such literal
 */
export function parsePythonList(text: string): readonly string[] | undefined {
  const source = text.trim();
  if (!source.startsWith('[') || !source.endsWith(']')) return undefined;
  const strings: string[] = [];
  let at = 1;
  const skipBlanks = (): void => {
    while (/\s/.test(source[at] ?? '')) at += 1;
  };
  skipBlanks();
  while (at < source.length - 1) {
    const quote = source[at];
    if (quote !== "'" && quote !== '"') return undefined;
    const read = readString(source, at + 1, quote);
    if (read === undefined) return undefined;
    strings.push(read.value);
    at = read.next;
    skipBlanks();
    if (source[at] === ',') {
      at += 1;
      skipBlanks();
    } else if (at !== source.length - 1) return undefined;
  }
  return at === source.length - 1 ? strings : undefined;
}

function readString(source: string, start: number, quote: string): { readonly value: string; readonly next: number } | undefined {
  let value = '';
  let at = start;
  while (at < source.length) {
    const character = source[at] ?? '';
    if (character === quote) return { value, next: at + 1 };
    if (character !== '\\') {
      value += character;
      at += 1;
      continue;
    }
    const escape = source[at + 1] ?? '';
    const numeric = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3}))/.exec(source.slice(at + 1, at + 10));
    if (numeric !== null) {
      const code = numeric[4] === undefined ? Number.parseInt(numeric[1] ?? numeric[2] ?? numeric[3] ?? '', 16) : Number.parseInt(numeric[4], 8);
      if (code > 0x10ffff) return undefined;
      value += String.fromCodePoint(code);
      at += 1 + numeric[0].length;
    } else {
      // Python keeps the backslash of an escape that it does not know.
      value += simpleEscapes[escape] ?? `\\${escape}`;
      at += 2;
    }
  }
  return undefined;
}

/**
 * A captions cell: a Python list of strings, or plain text, which is one caption.
 * @returns the captions without blank ones; `undefined` for a cell that begins as a list does and cannot be read as one
 */
export function parseCaptions(raw: string): readonly string[] | undefined {
  const text = raw.trim();
  const listed = /^\[\s*(?:['"\]])/.test(text) ? parsePythonList(text) : [text];
  return listed?.map((caption) => caption.trim()).filter((caption) => caption !== '');
}

/**
 * Text that was wrapped as a list by hand, its apostrophes not escaped: `['the model's predictions']`. Python would refuse
 * it; where nothing in it looks like a second string, it is one caption.
 */
export function unwrapLooseList(raw: string): readonly string[] | undefined {
  const inner = /^\[\s*(['"])(.*)\1\s*\]$/s.exec(raw.trim())?.[2]?.trim();
  return inner === undefined || inner === '' || /['"]\s*,\s*['"]/.test(inner) ? undefined : [inner];
}
