import type { Receipt } from '../curation/index.ts';
import type { CommandContext } from './command.ts';
import { formatTable } from './table.ts';
import { wrapText } from './wrap-text.ts';

/** Prints what is wrong with a submission, and what to do about each kind once. */
export function printRefusals(refusals: Receipt['refusals'], context: CommandContext): void {
  const hints = new Map<string, string[]>();
  for (const { message, hint } of refusals) hints.set(hint, [...(hints.get(hint) ?? []), message]);
  for (const [hint, messages] of hints) {
    for (const message of messages) context.print(wrapText(`✗ ${message}`));
    context.print(wrapText(`  → ${hint}`));
  }
}

/** Prints a receipt. */
export function printReceipt(receipt: Receipt, context: CommandContext): void {
  const { submission, contributor, received, state, images, refusals } = receipt;
  context.print(`Submission ${submission} of ${contributor}, received ${received.toISOString().slice(0, 10)}: ${state}.`);
  if (state === 'refused') printRefusals(refusals, context);
  else context.print(formatTable(['file', 'candidate', 'state', 'why'], images.map(({ file, candidate, state: of, why }) => [file, candidate, of, why])));
}
