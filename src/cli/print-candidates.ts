import type { CandidateState, PlacedEvent, ReviewedCandidate } from '../curation/index.ts';
import type { CommandContext } from './command.ts';
import { formatTable } from './table.ts';

/** How many candidates are printed; `--json` has all. */
const rowsShown = 40;

/** Prints candidates as a table, and how many there are of each state. */
export function printCandidates(candidates: readonly ReviewedCandidate[], counts: Readonly<Partial<Record<CandidateState, number>>>, context: CommandContext): void {
  if (candidates.length > 0) {
    const rows = candidates.slice(0, rowsShown).map(({ id, state, record }) => [id, state, record.label ?? '–', `${record.picture.width}×${record.picture.height}`, record.name]);
    context.print(formatTable(['candidate', 'state', 'label', 'size', 'name'], rows));
    if (candidates.length > rowsShown) context.print(`… and ${candidates.length - rowsShown} more: --json lists all.`);
    context.print();
  }
  const all = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  context.print(all.length === 0 ? 'There are no candidates. covid-ct review import brings those of covid-ct extract; covid-ct submit and receive bring others.' : `In all: ${all.join(', ')}.`);
}

/** Prints all that is known of a candidate. */
export function printCandidate({ id, state, record, votes, reviewers, into, from }: ReviewedCandidate, context: CommandContext): void {
  const { origin, picture, category, hounsfield, notes } = record;
  context.print(`${id}  ${state}${into.length === 0 ? '' : ` by ${into.join(', ')}`}${from.length === 0 ? '' : `, from ${from.join(', ')}`}`);
  const line = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined && value !== '') context.print(`  ${name.padEnd(10)} ${value}`);
  };
  line('name', record.name);
  line('label', record.label ?? 'not said: say it before accepting');
  line('size', `${picture.width}×${picture.height}`);
  line('from', origin.kind === 'paper' ? `paper ${origin.paper}, page ${origin.page + 1}, figure ${origin.figure ?? '–'}` : `submission ${origin.submission} of ${origin.contributor}`);
  for (const field of ['doi', 'patient', 'age', 'sex', 'location', 'history', 'time', 'severity', 'finding', 'source', 'licence'] as const) line(field, record[field]);
  line('others', record.otherDiseases);
  line('category', category === null ? null : `${category.scheme} ${category.value}`);
  line('units', hounsfield === null ? null : `Hounsfield units kept; window ${hounsfield.window.level} ± ${hounsfield.window.width / 2}`);
  line('caption', record.caption);
  if (origin.kind === 'paper') for (const reason of origin.reasons) line('why', reason);
  for (const note of notes) line('note', note);
  if (reviewers === 2) line('reviewers', 'two must agree');
  for (const vote of votes) line('decided', `${vote.decision} by ${vote.by}${vote.qualification === null ? '' : ` (${vote.qualification})`}${vote.why === '' ? '' : `: ${vote.why}`}`);
}

function whatHappened(event: PlacedEvent): string {
  switch (event.kind) {
    case 'proposed':
      return 'proposed';
    case 'decided':
      return `${event.decision}${event.final ? ', finally' : ''}`;
    case 'edited':
      return `edited ${Object.keys(event.edits).join(', ')}`;
    case 'cropped':
      return `cropped to ${event.box.join(',')}`;
    case 'recut':
      return `cut anew at ${event.box.join(',')}`;
    case 'replaced':
      return `${event.how} into ${event.into.join(', ')}`;
    case 'asked':
      return `${event.reviewers === 2 ? 'two reviewers' : 'one reviewer'} asked`;
    case 'withdrawn':
      return 'withdrawn';
    case 'undone':
      return `undid ${event.undone}`;
  }
}

/** Prints a candidate's history. */
export function printHistory(history: readonly PlacedEvent[], context: CommandContext): void {
  context.print();
  context.print(formatTable(['', 'when', 'who', 'what', 'why'], history.map((event) => [event.sequence, event.at.toISOString().slice(0, 16).replace('T', ' '), event.by, whatHappened(event), event.why])));
}
