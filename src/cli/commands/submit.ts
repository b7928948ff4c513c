import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, ifThere, writeFileAtomic } from '../../base/index.ts';
import {
  bundleOf, checkContext, checkSubmission, composeMessage, defaultRecipient, knownPictures, parseSubmission, receiveSubmission, submissionId, writeBundle, type Submission,
} from '../../curation/index.ts';
import { covidCtLabels } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { descriptionOptions, givenDescription } from '../description-options.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { withStore } from '../open-store.ts';
import { printReceipt, printRefusals } from '../print-receipt.ts';

function options(yargs: Argv<CommonArguments>) {
  return descriptionOptions(releaseOption(yargs))
    .positional('files', { type: 'string', array: true, default: [] as string[], describe: 'pictures of one patient: PNG, JPEG, DICOM' })
    .option('manifest', { type: 'string', requiresArg: true, describe: 'many cases: a JSON file (covid-ct contribute guide)' })
    .option('label', { choices: covidCtLabels, describe: 'with findings of COVID-19, or without' })
    .option('unpublished', { type: 'boolean', default: false, describe: 'there is no paper; --source says where it comes from' })
    .option('same-paper', { type: 'string', array: true, requiresArg: true, describe: 'other DOIs of the paper: preprint, journal version' })
    .option('writing', { type: 'string', requiresArg: true, describe: 'what is written in the pictures, where it names nobody' })
    .option('contributor', { type: 'string', requiresArg: true, describe: 'your name' })
    .option('email', { type: 'string', requiresArg: true, describe: 'your address' })
    .option('deidentified', { type: 'boolean', default: false, describe: 'I attest: nothing tells who a patient is' })
    .option('consent', { type: 'string', requiresArg: true, describe: 'I attest: consent, or the ethics decision' })
    .option('rights', { type: 'string', requiresArg: true, describe: 'I attest: own images, or the paper’s licence' })
    .option('check', { type: 'boolean', default: false, describe: 'check only' })
    .option('bundle', { type: 'string', requiresArg: true, describe: 'write a zip to be received elsewhere' })
    .option('eml', { type: 'string', requiresArg: true, describe: 'write a message with the bundle attached; nothing is sent' })
    .option('to', { type: 'string', requiresArg: true, default: defaultRecipient, describe: 'whom the message is for' });
}

type SubmitArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

async function submissionOf(args: SubmitArguments): Promise<{ readonly submission: Submission; readonly folder: string }> {
  const files = args.files.map(String);
  if (args.manifest !== undefined) {
    if (files.length > 0) throw new CovidCtError('USAGE', 'Give files, or a --manifest that names them.', { hint: 'covid-ct contribute guide shows both.' });
    return { submission: parseSubmission(await readFile(args.manifest, 'utf8'), args.manifest), folder: dirname(resolve(args.manifest)) };
  }
  if (files.length === 0) throw new CovidCtError('USAGE', 'Name the pictures, or a --manifest.', { hint: 'covid-ct contribute guide says what to send, and how.' });
  if (args.label === undefined) throw new CovidCtError('USAGE', 'Say what the pictures show: --label COVID or --label NonCOVID.');
  if (args.contributor === undefined) throw new CovidCtError('USAGE', 'Say who gives them: --contributor "Your name".');
  const given = givenDescription(args);
  const document = {
    format: 'covid-ct submission 1',
    contributor: { name: args.contributor, ...(args.email === undefined ? {} : { email: args.email }) },
    attestations: { deidentified: args.deidentified, consent: args.consent ?? '', rights: args.rights ?? '' },
    cases: files.map((file) => ({ file, label: args.label, ...given, writing: args.writing ?? null, samePaper: args.samePaper ?? [], unpublished: args.unpublished })),
  };
  return { submission: parseSubmission(JSON.stringify(document), 'the submission'), folder: process.cwd() };
}

/** Reads a file of the submitter's own disk. What is missing or no file is the file's fault, and one refusal among others. */
async function readOwn(folder: string, file: string): Promise<Uint8Array> {
  const path = resolve(folder, file);
  const facts = await ifThere(stat(path));
  if (facts?.isFile() !== true) throw new CovidCtError('NOT_FOUND', `There is no file ${file}.`, { hint: 'Check the name; folders are not taken.' });
  return readFile(path);
}

async function run(args: SubmitArguments, context: CommandContext): Promise<number> {
  const { submission, folder } = await submissionOf(args);
  const release = await openReleaseFor(args, context);
  try {
    return await withStore(context, async (store) => {
      const against = await checkContext(store, release, await knownPictures(release, store, { progress: context.progress }));
      const { refusals, cases } = await checkSubmission(submission, (file) => readOwn(folder, file), against);
      const removed = cases.flatMap(({ given, file }) => (file.removed.length === 0 ? [] : [{ file: given.file, removed: file.removed }]));
      if (refusals.length > 0) {
        if (!context.json) {
          printRefusals(refusals, context);
          context.print(`Nothing was ${args.bundle === undefined && args.eml === undefined ? 'submitted' : 'written'}.`);
        }
        context.printJson({ submission: null, refusals, removed });
        return 1;
      }
      for (const one of removed) context.note(`Taken out of ${basename(one.file)}: ${one.removed.slice(0, 12).join(', ')}${one.removed.length > 12 ? ` and ${one.removed.length - 12} more` : ''}.`);
      for (const { given, notes } of cases) for (const note of notes) context.note(`${given.file}: ${note}`);
      const bundle = bundleOf(submission, cases);
      const id = submissionId(bundle);
      if (args.check) {
        context.print(`Nothing is wrong with these ${cases.length} images. For research, never for diagnosis.`);
        context.printJson({ submission: id, refusals, removed, written: [] });
        return 0;
      }
      const written = [args.bundle, args.eml].filter((path) => path !== undefined);
      if (written.length === 0) {
        const actor = { by: process.env['COVID_CT_AUTHOR'] ?? submission.contributor.name, qualification: null, why: 'submitted', when: new Date() };
        const receipt = await receiveSubmission(store, bundle, against, actor);
        if (!context.json) {
          printReceipt(receipt, context);
          context.print('Next: covid-ct review list, then people decide.');
        }
        context.printJson({ ...receipt, removed, written });
        return 0;
      }
      const zip = args.bundle ?? context.workspace.path('outbox', `${id}.zip`);
      await writeBundle(zip, bundle);
      if (args.eml !== undefined) await writeFileAtomic(args.eml, await composeMessage(submission, id, await readFile(zip), args.to, new Date()));
      if (!context.json) {
        context.print(`${cases.length} images are ready as ${written.join(' and ')} (submission ${id}).`);
        context.print(args.eml === undefined ? 'On the other machine: covid-ct receive FILE.zip' : `Nothing was sent: open ${args.eml} in your mail program, look at it, and send it to ${args.to}.`);
      }
      context.printJson({ submission: id, refusals, removed, written });
      return 0;
    });
  } finally {
    await release.close();
  }
}

/** `covid-ct submit FILE…`. */
export const submitCommand = defineCommand<ReturnType<typeof options> extends Argv<infer T> ? T : never>({
  command: 'submit [files..]',
  describe: 'Give images: checked at once, then into the workspace, a bundle, or a message',
  examples: [
    ['$0 submit ct.png --label COVID --patient p1 --doi 10.…/… --caption "…" --contributor "…" --deidentified --consent "…" --rights "…"', 'into this workspace, for review'],
    ['$0 submit --manifest cases.json --check', 'only say what is wrong'],
    ['$0 submit --manifest cases.json --eml contribution.eml', 'a message to be sent by hand'],
  ],
  options,
  run,
});
