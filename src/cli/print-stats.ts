import { formatBytes } from '../base/index.ts';
import type { ReleaseStats } from '../release/index.ts';
import type { CommandContext } from './command.ts';
import { formatTable } from './table.ts';

const splits = ['train', 'val', 'test'] as const;

/** Prints a release's figures as tables that fit 80 columns. */
export function printStats(stats: ReleaseStats, context: CommandContext): void {
  const { patients } = stats;
  context.print(`${stats.release}${stats.synthetic ? ' (drawn by the project: no real images)' : ''}`);
  context.print(`read from ${stats.source}`);
  context.print();
  context.print(
    formatTable(
      ['images', 'total', ...splits, 'size', 'width', 'height'],
      Object.entries(stats.images).map(([label, counts]) => {
        const size = stats.sizes[label];
        const range = (values: readonly number[] | undefined): string => (values === undefined || values.length === 0 ? '' : `${values[0]}–${values.at(-1)}`);
        return [label, counts.total, ...splits.map((split) => counts[split]), formatBytes(size?.bytes ?? 0), range(size?.width), range(size?.height)];
      }),
    ),
  );
  context.print();
  context.print(patients.claimed === null ? `Patients: ${patients.found} found.` : `Patients: ${patients.claimed} claimed, ${patients.found} found.`);
  if (patients.missing.length > 0) context.print(`No image has: ${patients.missing.join(', ')}.`);
  if (patients.inSeveralSplits.length > 0) context.print(`In more than one split: ${patients.inSeveralSplits.join(', ')}.`);
  context.print(
    formatTable(
      ['split', 'patients', 'claimed', 'outside the claimed'],
      splits.map((split) => {
        const own = patients.bySplit[split];
        return [split, own.found, own.claimed === null ? '' : `${own.claimed[0]}–${own.claimed[1]}`, own.outside.join(', ') || (own.claimed === null ? '' : 'none')];
      }),
    ),
  );
  context.print();
  context.print(formatTable(['label', 'venue', 'images', 'papers'], stats.venues.map((row) => [row.label, row.venue, row.images, row.papers])));
  context.print();
  context.print(formatTable(['label', 'format', 'mode', 'images'], stats.modes.map((row) => [row.label, row.format, row.mode, row.images])));
  const problems = Object.entries(stats.problems);
  if (problems.length > 0) {
    context.print();
    context.print(formatTable(['odd in the files', 'times'], problems));
  }
}
