import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { checkContext, knownPictures, listReceipts, openBundle, receiptOf, receiveSubmission } from '../../curation/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { actorOf, withStore } from '../open-store.ts';
import { printReceipt } from '../print-receipt.ts';
import { formatTable } from '../table.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('file', { type: 'string', describe: 'a bundle (.zip), or the message (.eml) that it came in' })
    .option('status', { type: 'string', requiresArg: true, describe: 'how far a submission is, by its id' })
    .option('list', { type: 'boolean', default: false, describe: 'all submissions' })
    .option('receipt', { type: 'string', requiresArg: true, describe: 'also write the receipt into this JSON file' })
    .option('reviewers', { choices: [1, 2] as const, default: 1 as const, describe: 'how many must agree on its cases' })
    .option('reviewer', { type: 'string', requiresArg: true, describe: 'who receives it (default: $COVID_CT_AUTHOR)' });
}

type ReceiveArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

async function run(args: ReceiveArguments, context: CommandContext): Promise<number> {
  if ([args.file !== undefined, args.status !== undefined, args.list].filter(Boolean).length !== 1) {
    throw new CovidCtError('USAGE', 'Name a file to receive, or ask with --status or --list.', { hint: 'covid-ct receive contribution.eml' });
  }
  if (args.list) {
    return withStore(context, async (store) => {
      const receipts = await listReceipts(store.db);
      if (!context.json) context.print(receipts.length === 0 ? 'Nothing has been received.' : formatTable(['submission', 'received', 'state', 'images', 'contributor'], receipts.map((one) => [one.submission, one.received.toISOString().slice(0, 10), one.state, one.images.length, one.contributor])));
      context.printJson({ receipts });
      return 0;
    });
  }
  const path = args.file;
  const bundle = path === undefined ? undefined : await openBundle(path);
  const release = bundle === undefined ? undefined : await openReleaseFor(args, context);
  try {
    return await withStore(context, async (store) => {
      const receipt =
        bundle === undefined
          ? await receiptOf(store.db, args.status ?? '')
          : await receiveSubmission(store, bundle, await checkContext(store, release, await knownPictures(release, store, { progress: context.progress })), await actorOf(store, args.reviewer ?? process.env['COVID_CT_AUTHOR'] ?? 'receive', `received as ${path ?? ''}`), args.reviewers);
      if (args.receipt !== undefined) await writeFileAtomic(args.receipt, `${JSON.stringify(receipt, null, 2)}\n`);
      if (!context.json) printReceipt(receipt, context);
      context.printJson(receipt);
      return receipt.state === 'refused' ? 1 : 0;
    });
  } finally {
    await release?.close();
  }
}

/** `covid-ct receive FILE.eml|FILE.zip`. */
export const receiveCommand = defineCommand<ReturnType<typeof options> extends Argv<infer T> ? T : never>({
  command: 'receive [file]',
  describe: 'Receive a contribution: a bundle, or the message that it came in',
  examples: [
    ['$0 receive contribution.eml', 'checks it again, imports it, gives a receipt'],
    ['$0 receive contribution.zip --receipt receipt.json', 'with the receipt as a file, to be sent back'],
    ['$0 receive --status s-0123456789ab', 'how far it is'],
  ],
  options,
  run,
});
