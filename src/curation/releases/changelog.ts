import type { ReleaseDocument, VersionChanges } from './document.ts';

/** How many names of one kind are listed; release.json has all. */
const namesShown = 200;

function names(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > namesShown ? [`- … and ${lines.length - namesShown} more: \`release.json\``] : [];
  return ['', `### ${title} (${lines.length})`, '', ...lines.slice(0, namesShown).map((line) => `- ${line}`), ...more];
}

function section({ version, date, added, removed, moved, errata }: VersionChanges): string[] {
  const quiet = added.length + removed.length + moved.length === 0;
  return [
    '',
    `## ${version} (${date})`,
    ...names('Added', added.map((id) => `\`${id}\``)),
    ...names('Withdrawn', removed.map(({ id, why }) => `\`${id}\`: ${why}`)),
    ...names('Moved between splits', moved.map(({ id, from, to }) => `\`${id}\`: ${from} → ${to}`)),
    ...(quiet ? ['', 'No image came, went or moved.'] : []),
    ...(errata === 0 ? [] : ['', `${errata} corrections are errata: \`ERRATA.md\`.`]),
  ];
}

/** The changelog of a release, newest version first. A record that moves, goes or changes makes a major version, new ones a minor one. */
export function formatChangelog(document: ReleaseDocument): string {
  return [`# Changes of ${document.name}`, ...document.history.flatMap(section), ''].join('\n');
}
