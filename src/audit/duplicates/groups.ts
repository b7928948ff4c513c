/**
 * Connected components of pairs of numbers from 0 to `count - 1`: each with two members or more, members rising, groups
 * by their first member.
 */
export function connectedGroups(count: number, pairs: Iterable<{ readonly a: number; readonly b: number }>): number[][] {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const root = (member: number): number => {
    let at = member;
    while (parent[at] !== at) {
      const next = parent[at] as number;
      parent[at] = parent[next] as number;
      at = next;
    }
    return at;
  };
  for (const { a, b } of pairs) {
    const first = root(a);
    const second = root(b);
    if (first !== second) parent[Math.max(first, second)] = Math.min(first, second);
  }
  const groups = new Map<number, number[]>();
  for (let member = 0; member < count; member++) {
    const top = root(member);
    const group = groups.get(top);
    if (group === undefined) groups.set(top, [member]);
    else group.push(member);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
