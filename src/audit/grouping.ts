/** Items by a key, in the order in which the keys first come; items without a key are left out. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Names in a sentence: the first few, and how many more. */
export function someNames(names: readonly string[], limit = 4): string {
  const shown = names.slice(0, limit).join(', ');
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

/** Words of a caption or cell in a sentence: in quotation marks, on one line, cut where they are long. */
export function quote(words: string, limit = 280): string {
  const line = words.replaceAll(/\s+/g, ' ').trim().replace(/[.;,]$/, '');
  return `“${line.length > limit ? `${line.slice(0, limit - 1).trimEnd()}…` : line}”`;
}
