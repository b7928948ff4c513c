/** A record with a value for each name. */
export function recordOf<Name extends string, Value>(names: readonly Name[], of: (name: Name, index: number) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name, index) => [name, of(name, index)])) as Record<Name, Value>;
}
