import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError } from '../../base/index.ts';
import { confirmationFaults, findReviewer, getCandidate, keepConfirmation, listCandidates, listConfirmations, listReviewers, newReviewer, readKey, signConfirmation } from '../../curation/index.ts';
import type { Store } from '../../store/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { withStore } from '../open-store.ts';
import { formatTable } from '../table.ts';

const actions = ['new', 'list', 'confirm', 'confirmations'] as const;
const defaultStatement = 'I have looked at these images and confirm that each shows what its label and metadata say.';

function options(yargs: Argv<CommonArguments>) {
  return yargs
    .positional('action', { choices: actions, demandOption: true, describe: 'what to do' })
    .positional('candidates', { type: 'string', array: true, default: [] as string[], describe: 'confirm: ids of accepted candidates' })
    .option('name', { type: 'string', requiresArg: true, describe: 'new: who they are' })
    .option('qualification', { type: 'string', requiresArg: true, describe: 'new: as they state it' })
    .option('reviewer', { type: 'string', requiresArg: true, describe: 'confirm: id or name of a registered reviewer' })
    .option('statement', { type: 'string', requiresArg: true, default: defaultStatement, describe: 'confirm: what is signed' })
    .option('all', { type: 'boolean', default: false, describe: 'confirm: every accepted candidate' })
    .option('key', { type: 'string', requiresArg: true, describe: 'file of the private key (default: in the workspace)' });
}

type ReviewerArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

/** Of the variable alone: what is on a command line can be read by everybody on the machine. */
function passphrase(): string | undefined {
  const value = process.env['COVID_CT_KEY_PASSPHRASE'];
  return value === '' ? undefined : value;
}

async function register(args: ReviewerArguments, store: Store, context: CommandContext): Promise<void> {
  const { reviewer, keyFile } = await newReviewer(store, { name: args.name ?? '', qualification: args.qualification ?? '' }, new Date(), { keyFile: args.key, passphrase: passphrase() });
  context.print(`${reviewer.id}  ${reviewer.name}, ${reviewer.qualification}`);
  context.print(`The private key is in ${keyFile}${passphrase() === undefined ? ', not encrypted: set COVID_CT_KEY_PASSPHRASE to encrypt one' : ', encrypted'}.`);
  context.print('Keep it: whoever has it can sign as this reviewer, and nobody can without it.');
  context.printJson({ ...reviewer, keyFile });
}

async function confirm(args: ReviewerArguments, store: Store, context: CommandContext): Promise<void> {
  if (args.reviewer === undefined) throw new CovidCtError('USAGE', 'Say who confirms.', { hint: 'covid-ct reviewer confirm --all --reviewer r-…' });
  const reviewer = await findReviewer(store.db, args.reviewer);
  if (reviewer === undefined) throw new CovidCtError('NOT_FOUND', `No reviewer ${JSON.stringify(args.reviewer)} is registered.`, { hint: 'covid-ct reviewer list shows who is; covid-ct reviewer new registers one.' });
  const candidates = args.all ? await listCandidates(store.db, { states: ['accepted'] }) : await Promise.all(args.candidates.map((id) => getCandidate(store.db, String(id))));
  const open = candidates.find(({ state }) => state !== 'accepted');
  if (open !== undefined) throw new CovidCtError('CONFLICT', `${open.id} is ${open.state}, not accepted: there is nothing to confirm yet.`, { hint: `covid-ct review accept ${open.id}` });
  if (candidates.length === 0) throw new CovidCtError('USAGE', 'There is nothing to confirm.', { hint: 'Name accepted candidates, or say --all.' });
  const key = await readKey(store.workspace, reviewer, { keyFile: args.key, passphrase: passphrase() });
  const confirmation = signConfirmation(reviewer, key, args.statement, candidates.map(({ record }) => record.picture.sha256), new Date());
  await store.transaction((db) => keepConfirmation(db, confirmation));
  context.print(`${reviewer.name} (${reviewer.qualification}) confirmed ${confirmation.images.length} images: "${confirmation.statement}"`);
  context.print('It goes into the next release; covid-ct verify checks it there.');
  context.printJson(confirmation);
}

async function run(args: ReviewerArguments, context: CommandContext): Promise<number> {
  return withStore(context, async (store) => {
    if (args.action === 'new') await register(args, store, context);
    else if (args.action === 'confirm') await confirm(args, store, context);
    else if (args.action === 'list') {
      const reviewers = await listReviewers(store.db);
      if (!context.json) context.print(reviewers.length === 0 ? 'No reviewer is registered: covid-ct reviewer new' : formatTable(['id', 'name', 'qualification'], reviewers.map(({ id, name, qualification }) => [id, name, qualification])));
      context.printJson({ reviewers });
    } else {
      const confirmations = (await listConfirmations(store.db)).map((confirmation) => ({ ...confirmation, faults: confirmationFaults(confirmation) }));
      if (!context.json) context.print(confirmations.length === 0 ? 'Nothing has been confirmed.' : formatTable(['when', 'reviewer', 'images', 'signature'], confirmations.map(({ when, reviewer, images, faults }) => [when.slice(0, 10), `${reviewer.name} (${reviewer.id})`, images.length, faults.length === 0 ? 'valid' : 'NOT VALID'])));
      context.printJson({ confirmations });
      return confirmations.some(({ faults }) => faults.length > 0) ? 1 : 0;
    }
    return 0;
  });
}

/** `covid-ct reviewer new|list|confirm|confirmations`. */
export const reviewerCommand = defineCommand<ReturnType<typeof options> extends Argv<infer T> ? T : never>({
  command: 'reviewer <action> [candidates..]',
  describe: 'Who reviews: register, with a key; confirm images by a signature',
  examples: [
    ['$0 reviewer new --name "A. Reader" --qualification "radiologist, 12 years"', 'makes an Ed25519 key'],
    ['$0 reviewer confirm --all --reviewer "A. Reader"', 'signs the hashes of all accepted images'],
    ['$0 reviewer confirmations', 'what was confirmed; exit code 1 where a signature does not hold'],
  ],
  options,
  run,
});
