import { formatBytes } from '../base/index.ts';
import type { GrownVerification } from '../curation/index.ts';
import { isWhole, type Verification } from '../release/index.ts';
import type { CommandContext } from './command.ts';

/** How many names are printed of a long list; `--json` gives all. */
const namesShown = 10;

function printNames(context: CommandContext, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  context.print(`${what}: ${names.length}`);
  for (const name of names.slice(0, namesShown)) context.print(`  ${name}`);
  if (names.length > namesShown) context.print(`  … and ${names.length - namesShown} more: --json lists all.`);
}

/** Prints what verifying found. */
export function printVerification(found: Verification, context: CommandContext): void {
  context.print(`${found.images} images, ${formatBytes(found.bytes)}; ${found.decoded} decoded.`);
  if (found.known) context.print(`${found.unchanged} have a hash that is known of the published release.`);
  else context.print('No hashes are known of this release: only whether its images can be read was checked.');
  printNames(context, 'Missing', found.missing);
  printNames(context, 'Missing lists and tables', found.missingFiles);
  printNames(context, 'Not of the release', found.extra);
  printNames(context, 'Changed', found.changed);
  printNames(context, 'Unreadable', found.unreadable.map(({ image, reason }) => `${image}: ${reason}`));
  if (isWhole(found)) context.print(found.known ? 'Complete, unchanged, readable.' : 'Readable.');
}

/** Prints what a release that covid-ct made says of itself, and whether that holds. */
export function printGrown({ version, faults, confirmations }: GrownVerification, context: CommandContext): void {
  context.print(`Version ${version}, made by covid-ct.`);
  for (const { confirmation, valid, covered } of confirmations) {
    const { reviewer, when } = confirmation;
    context.print(`${valid ? 'Signature holds' : 'SIGNATURE DOES NOT HOLD'}: ${reviewer.name} (${reviewer.id}; ${reviewer.qualification}), ${when.slice(0, 10)}, ${covered} images.`);
  }
  printNames(context, 'Other than release.json says', faults);
  if (faults.length === 0) context.print('As release.json says.');
}
