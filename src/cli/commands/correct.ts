import { readFile } from 'node:fs/promises';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { z } from 'zod';
import {
  changeCorrections,
  correctionsPath,
  decide,
  formatErrata,
  proposalsFrom,
  propose,
  readCorrections,
  statusOf,
  type Correction,
  type Decider,
  type Proposal,
} from '../../audit/index.ts';
import { CovidCtError } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';

const actions = ['propose', 'accept', 'reject', 'list', 'errata'] as const;
const kinds = ['quarantine', 'relabel', 'regroup'] as const;

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('action', { choices: actions, demandOption: true, describe: 'what to do' })
    .positional('what', { type: 'string', array: true, default: [] as string[], describe: 'propose: quarantine, relabel or regroup, then image names; accept, reject: ids of corrections' })
    .option('from', { type: 'string', requiresArg: true, describe: 'propose what the suggestions of this audit.json say' })
    .option('code', { type: 'string', array: true, requiresArg: true, describe: 'with --from: only defects of these codes' })
    .option('label', { type: 'string', requiresArg: true, describe: 'relabel: the new label' })
    .option('reason', { type: 'string', requiresArg: true, describe: 'why; kept in the history' })
    .option('author', { type: 'string', requiresArg: true, describe: 'who decides (default: $COVID_CT_AUTHOR)' })
    .option('status', { choices: ['proposed', 'accepted', 'rejected'] as const, describe: 'list: only these' });
}

type CorrectArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

/** Only what a correction needs of an audit.json; its full shape is the audit's schema. */
const auditSchema = z.object({
  defects: z.array(
    z.object({
      code: z.string(),
      evidence: z.string(),
      suggestion: z.union([
        z.object({ action: z.enum(['quarantine', 'regroup']), images: z.array(z.string()) }),
        z.object({ action: z.literal('relabel'), images: z.array(z.string()), label: z.string() }),
        z.object({ action: z.literal('look'), what: z.string() }),
      ]),
    }),
  ),
});

async function readAuditDefects(path: string) {
  const text = await readFile(path, 'utf8');
  try {
    return auditSchema.parse(JSON.parse(text)).defects;
  } catch (error) {
    throw new CovidCtError('BAD_INPUT', `${path} is no audit.json.`, { hint: 'Make one with: covid-ct audit --out DIR', cause: error });
  }
}

function decider(args: ArgumentsCamelCase<CorrectArguments>, defaultReason?: string): Decider {
  const author = args.author ?? process.env['COVID_CT_AUTHOR'];
  if (author === undefined || author === '') throw new CovidCtError('USAGE', 'A decision needs an author.', { hint: 'Say --author "Your name", or set COVID_CT_AUTHOR.' });
  const reason = args.reason ?? defaultReason;
  if (reason === undefined || reason === '') throw new CovidCtError('USAGE', 'A decision needs a reason.', { hint: 'Say --reason "…": it is kept in the history.' });
  return { author, reason, when: new Date() };
}

function proposalFromArguments(args: ArgumentsCamelCase<CorrectArguments>): Proposal {
  const [kind, ...images] = args.what.map(String);
  const action = kinds.find((name) => name === kind);
  if (action === undefined || images.length === 0) {
    throw new CovidCtError('USAGE', 'Say what to propose, and for which images.', { hint: 'covid-ct correct propose quarantine NAME… --reason "…", or --from audit.json' });
  }
  if (action !== 'relabel') return { action, images };
  if (args.label === undefined) throw new CovidCtError('USAGE', 'Relabelling needs the new label.', { hint: 'Say --label COVID or --label NonCOVID.' });
  return { action, images, label: args.label };
}

async function runPropose(args: ArgumentsCamelCase<CorrectArguments>, context: CommandContext, release: Release, path: string): Promise<void> {
  const fromAudit = args.from === undefined ? undefined : await readAuditDefects(args.from);
  const wanted = fromAudit?.filter((defect) => args.code === undefined || args.code.includes(defect.code));
  const proposals = wanted === undefined ? [proposalFromArguments(args)] : proposalsFrom(wanted);
  const who = decider(args, fromAudit === undefined ? undefined : `suggested by the audit (${args.from})`);
  const { added } = await changeCorrections(path, release, (file) => propose(file, release, proposals, who));
  const known = proposals.length - added.length;
  context.print(`${added.length} proposed${known > 0 ? `, ${known} known already` : ''}. Corrections change nothing until they are accepted.`);
  for (const id of added) context.print(`  ${id}`);
  context.printJson({ file: path, added });
}

function printList(corrections: readonly Correction[], context: CommandContext): void {
  if (corrections.length === 0) context.print('No corrections.');
  for (const correction of corrections) {
    const last = correction.history.at(-1);
    const what = correction.action === 'relabel' ? `relabel as ${correction.label}` : correction.action;
    context.print(`${correction.id}  ${statusOf(correction)}  ${what}`);
    for (const id of correction.images) context.print(`    ${id}`);
    context.print(`    ${last?.when.slice(0, 10) ?? ''} ${last?.author ?? ''}: ${last?.reason ?? ''}`);
  }
}

async function run(args: ArgumentsCamelCase<CorrectArguments>, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const path = correctionsPath(context.workspace, release);
    if (args.action === 'propose') {
      await runPropose(args, context, release, path);
    } else if (args.action === 'list') {
      const { corrections } = await readCorrections(path, release);
      const shown = corrections.filter((correction) => args.status === undefined || statusOf(correction) === args.status);
      if (!context.json) printList(shown, context);
      context.printJson({ file: path, corrections: shown.map((correction) => ({ ...correction, status: statusOf(correction) })) });
    } else if (args.action === 'errata') {
      const file = await readCorrections(path, release);
      if (!context.json) context.print(formatErrata(file).trimEnd());
      context.printJson({ file: path, errata: formatErrata(file) });
    } else {
      const status = args.action === 'accept' ? 'accepted' : 'rejected';
      const ids = args.what.map(String);
      if (ids.length === 0) throw new CovidCtError('USAGE', `Name the corrections to ${args.action}.`, { hint: 'covid-ct correct list shows their ids.' });
      await changeCorrections(path, release, (file) => ({ file: decide(file, ids, status, decider(args)) }));
      context.print(`${ids.length} ${status}.`);
      context.printJson({ file: path, [status]: ids });
    }
    return 0;
  } finally {
    await release.close();
  }
}

export const correct = defineCommand<CorrectArguments>({
  command: 'correct <action> [what..]',
  describe: 'Propose, accept, reject and list corrections; the release itself is never edited',
  examples: [
    ['$0 correct propose --from audit/audit.json --code DUPLICATE_OPPOSITE_LABELS --author "A. Curator"', "turn the audit's suggestions into proposals"],
    ['$0 correct propose relabel 71%0.jpg --label COVID --reason "caption: RT-PCR positive" --author "A. Curator"', 'propose one by hand'],
    ['$0 correct accept c-0123456789ab --reason "looked at both" --author "A. Curator"', 'accept it: the clean track follows'],
    ['$0 correct list --status accepted', 'what was decided, by whom, why'],
    ['$0 correct errata', 'the accepted ones as Markdown'],
  ],
  options,
  run,
});
