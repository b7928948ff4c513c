import type { Argv, ArgumentsCamelCase } from 'yargs';
import { auditDocumentSchema } from '../../audit/index.ts';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { formatCard } from '../../release/index.ts';
import { tablesOf } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { packageVersion } from '../version.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor, trackOptions } from '../open-track.ts';
import { readAuditJson } from '../read-audit.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs)).option('out', { type: 'string', requiresArg: true, describe: 'write the card into this file instead of printing it' });
}

type CardArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

/** How often an audit.json names each code, errors first. */
async function readDefects(path: string) {
  const parsed = auditDocumentSchema.safeParse(await readAuditJson(path));
  if (!parsed.success) throw new CovidCtError('BAD_INPUT', `${path} is no audit.json of this version.`, { hint: 'Make one with: covid-ct audit --out DIR', cause: parsed.error });
  const counts = new Map<string, { readonly code: string; readonly severity: string; readonly count: number }>();
  for (const { code, severity } of parsed.data.defects) counts.set(code, { code, severity, count: (counts.get(code)?.count ?? 0) + 1 });
  const order = ['error', 'warning', 'note'];
  return [...counts.values()].toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || (a.code < b.code ? -1 : 1));
}

async function run(args: ArgumentsCamelCase<CardArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const track = await openTrackFor(args, context, release);
    const defects = args.audit === undefined ? undefined : await readDefects(args.audit);
    const tables = tablesOf(track).map((table) => ({ ...table, title: `Track ${track.name}${track.seed === undefined ? '' : `, seed ${track.seed}`}: ${table.title.toLowerCase()}` }));
    const card = formatCard(release, { version: packageVersion(), tables, ...(defects === undefined ? {} : { defects }) });
    if (args.out !== undefined) await writeFileAtomic(args.out, card);
    if (!context.json) context.print(args.out === undefined ? card.trimEnd() : `Card written to ${args.out}.`);
    context.printJson({ release: release.name, synthetic: release.synthetic, out: args.out ?? null, markdown: card });
    return 0;
  } finally {
    await release.close();
  }
}

export const card = defineCommand<CardArguments>({
  command: 'card',
  describe: 'Write a dataset card and datasheet, every number counted from the release',
  examples: [
    ['$0 card --out README.md', 'Markdown with Hugging Face front matter'],
    ['$0 card --audit audit/audit.json --track clean', 'with what the audit found, and the clean track'],
  ],
  options,
  run,
});
