import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import {
  addPanel, agreementOf, askReviewers, candidateHistory, candidateStates, categorySchema, checkCandidates, countCandidates, cropCandidate, decideCandidate, editCandidate, getCandidate, importExtraction,
  listCandidates, mergeCandidates, readCheckFacts, readExtraction, recutCandidate, splitCandidate, undoCandidate, withdrawCandidate, type Box, type Category, type Edits, type ReviewedCandidate,
} from '../../curation/index.ts';
import type { Store } from '../../store/index.ts';
import { covidCtLabels } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { descriptionOptions, givenDescription } from '../description-options.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { actorOf, withStore } from '../open-store.ts';
import { printCandidate, printCandidates, printHistory } from '../print-candidates.ts';
import { formatTable } from '../table.ts';

const actions = ['list', 'show', 'import', 'accept', 'reject', 'needs-work', 'crop', 'recut', 'add', 'split', 'merge', 'assign', 'edit', 'ask', 'undo', 'withdraw', 'check', 'agreement'] as const;
function options(yargs: Argv<CommonArguments>) {
  return releaseOption(descriptionOptions(yargs))
    .positional('action', { choices: actions, demandOption: true, describe: 'what to do' })
    .positional('what', { type: 'string', array: true, default: [] as string[], describe: 'ids of candidates; import: a folder of covid-ct extract; assign: the patient, then ids' })
    .option('reviewer', { type: 'string', requiresArg: true, describe: 'who decides: a name, or the id of a registered reviewer (default: $COVID_CT_AUTHOR)' })
    .option('reason', { type: 'string', requiresArg: true, describe: 'why; kept in the history' })
    .option('box', { type: 'string', array: true, requiresArg: true, describe: 'crop, split: x,y,width,height in pixels; recut, add: in those of the whole figure' })
    .option('label', { choices: covidCtLabels, describe: 'edit: what it shows' })
    .option('name', { type: 'string', requiresArg: true, describe: 'edit: file name in the release' })
    .option('category', { type: 'string', requiresArg: true, describe: 'edit: CO-RADS=0…6, or RSNA=typical|indeterminate|atypical|negative' })
    .option('final', { type: 'boolean', default: false, describe: 'accept, reject: settle what two reviewers differ on' })
    .option('reviewers', { choices: [1, 2] as const, describe: 'import, ask: how many must agree' })
    .option('all', { type: 'boolean', default: false, describe: 'accept: every candidate on which a decision is due; import: also what captions did not choose' })
    .option('state', { choices: candidateStates, array: true, describe: 'list: only these' })
    .option('paper', { type: 'string', requiresArg: true, describe: 'list: of this paper, by DOI or stem' })
    .option('picture', { type: 'string', requiresArg: true, describe: 'show: write the picture into this file' });
}

type ReviewArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

function parseBox(text: string): Box {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const [x = NaN, y = NaN, width = NaN, height = NaN] = numbers;
  if (numbers.length !== 4 || numbers.some(Number.isNaN) || width < 1 || height < 1) throw new CovidCtError('USAGE', `${JSON.stringify(text)} is no box.`, { hint: 'A box is x,y,width,height in whole pixels, as in --box 0,0,256,256.' });
  return [x, y, width, height];
}

function parseCategory(text: string): Category {
  const [scheme = '', value = ''] = text.split('=');
  const parsed = categorySchema.safeParse({ scheme: /^co-?rads$/i.test(scheme) ? 'CO-RADS' : scheme.toUpperCase(), value: value.toLowerCase() });
  if (!parsed.success) throw new CovidCtError('USAGE', `${JSON.stringify(text)} is no category.`, { hint: 'CO-RADS=0 … CO-RADS=6, or RSNA=typical, indeterminate, atypical, negative.' });
  return parsed.data;
}

function editsOf(args: ReviewArguments): Edits {
  return {
    ...givenDescription(args),
    ...(args.label === undefined ? {} : { label: args.label }),
    ...(args.name === undefined ? {} : { name: args.name }),
    ...(args.category === undefined ? {} : { category: parseCategory(args.category) }),
  };
}

function idsOf(args: ReviewArguments): readonly string[] {
  const ids = args.what.map(String);
  if (ids.length === 0) throw new CovidCtError('USAGE', `Name the candidates: covid-ct review ${args.action} c-…`, { hint: 'covid-ct review list shows their ids.' });
  return ids;
}

function oneId(args: ReviewArguments): string {
  const [id, ...more] = idsOf(args);
  if (id === undefined || more.length > 0) throw new CovidCtError('USAGE', `review ${args.action} takes one candidate at a time.`);
  return id;
}

type Done = readonly ReviewedCandidate[];

/** One change for each candidate. Each is a transaction of its own: what was done before one is refused stays done. */
async function each(ids: readonly string[], context: CommandContext, change: (id: string) => Promise<ReviewedCandidate>): Promise<Done> {
  const done: ReviewedCandidate[] = [];
  for (const id of ids) {
    done.push(await change(id));
    if (ids.length > 20) context.progress({ label: 'reviewing', done: done.length, total: ids.length });
  }
  return done;
}

async function change(args: ReviewArguments, store: Store, context: CommandContext): Promise<Done> {
  const actor = await actorOf(store, args.reviewer, args.reason);
  switch (args.action) {
    case 'accept': {
      const ids = args.all ? (await listCandidates(store.db, { states: ['proposed'], undecidedBy: actor.by })).map(({ id }) => id) : idsOf(args);
      return each(ids, context, (id) => decideCandidate(store, id, 'accepted', actor, args.final));
    }
    case 'reject':
      return each(idsOf(args), context, (id) => decideCandidate(store, id, 'rejected', actor, args.final));
    case 'needs-work':
      return each(idsOf(args), context, (id) => decideCandidate(store, id, 'needs work', actor));
    case 'crop':
      return [await cropCandidate(store, oneId(args), parseBox(args.box?.[0] ?? ''), actor)];
    case 'recut':
      return [await recutCandidate(store, oneId(args), parseBox(args.box?.[0] ?? ''), actor)];
    case 'add':
      return [await addPanel(store, oneId(args), parseBox(args.box?.[0] ?? ''), actor)];
    case 'split':
      return splitCandidate(store, oneId(args), (args.box ?? []).map(parseBox), actor);
    case 'merge':
      return [await mergeCandidates(store, idsOf(args), actor)];
    case 'assign': {
      const [patient, ...ids] = idsOf(args);
      if (ids.length === 0) throw new CovidCtError('USAGE', 'Say which patient, then which candidates.', { hint: 'covid-ct review assign "Patient 12" c-…' });
      return each(ids, context, (id) => editCandidate(store, id, { patient: patient ?? null }, actor));
    }
    case 'edit':
      return each(idsOf(args), context, (id) => editCandidate(store, id, editsOf(args), actor));
    case 'ask':
      return each(idsOf(args), context, (id) => askReviewers(store, id, args.reviewers ?? 2, actor));
    case 'undo':
      return each(idsOf(args), context, (id) => undoCandidate(store, id, actor));
    case 'withdraw':
      return each(idsOf(args), context, (id) => withdrawCandidate(store, id, actor));
    default:
      throw new CovidCtError('USAGE', `review ${args.action} changes nothing.`);
  }
}

async function list(args: ReviewArguments, store: Store, context: CommandContext): Promise<void> {
  const candidates = await listCandidates(store.db, { ...(args.state === undefined ? {} : { states: args.state }), ...(args.paper === undefined ? {} : { paper: args.paper.toLowerCase().startsWith('10.') ? args.paper.toLowerCase() : args.paper }) });
  if (!context.json) printCandidates(candidates, await countCandidates(store.db), context);
  context.printJson({ counts: await countCandidates(store.db), candidates });
}

async function show(args: ReviewArguments, store: Store, context: CommandContext): Promise<void> {
  const candidate = await getCandidate(store.db, oneId(args));
  const history = await candidateHistory(store.db, candidate.id);
  const { sha256 } = candidate.record.picture;
  if (args.picture !== undefined) await writeFileAtomic(args.picture, await store.workspace.objects.get(sha256));
  if (!context.json) {
    printCandidate(candidate, context);
    context.print(`  picture    ${args.picture ?? store.workspace.objects.pathOf(sha256)}`);
    printHistory(history, context);
  }
  context.printJson({ candidate, history, picture: args.picture ?? store.workspace.objects.pathOf(sha256) });
}

async function importFolder(args: ReviewArguments, store: Store, context: CommandContext): Promise<void> {
  const [path, ...more] = args.what.map(String);
  if (path === undefined || more.length > 0) throw new CovidCtError('USAGE', 'Name one folder that covid-ct extract wrote, or its candidates.json.', { hint: 'covid-ct extract paper.pdf --out found, then covid-ct review import found' });
  const { extraction, folder } = await readExtraction(path);
  const actor = await actorOf(store, args.reviewer ?? process.env['COVID_CT_AUTHOR'] ?? 'import', args.reason ?? `imported from ${path}`);
  const imported = await importExtraction(store, extraction, folder, actor, { all: args.all, reviewers: args.reviewers ?? 1 });
  context.print(`${imported.added.length} candidates are new${imported.known > 0 ? `, ${imported.known} were there already` : ''}${imported.notSelected > 0 ? `; ${imported.notSelected} that no caption chose were left out (--all takes them too)` : ''}.`);
  context.print('Next: covid-ct review check (has the release them already?), then list, accept, reject, …');
  context.printJson(imported);
}

/** Whether the release has them already, by picture or paper. The database is free again while pictures are compared. */
async function check(args: ReviewArguments, context: CommandContext): Promise<number> {
  const facts = await withStore(context, (store) => readCheckFacts(store.db));
  const release = await openReleaseFor(args, context);
  try {
    const checked = await checkCandidates(context.workspace, release, facts, context.progress);
    const told = checked.filter(({ copies, knownDoi, retracted, withdrawn }) => copies.length > 0 || knownDoi !== null || retracted !== null || withdrawn);
    if (!context.json) {
      const sentences = ({ copies, knownDoi, retracted, withdrawn }: (typeof checked)[number]): string =>
        [...copies.map(({ id, kind }) => `${kind === 'adjacent' ? 'like a slice beside' : kind === 'duplicate' ? 'the same picture as' : 'the same bytes as'} ${id}`), ...(knownDoi === null ? [] : [`its paper is in the release: ${knownDoi}`]), ...(retracted === null ? [] : [`retracted: ${retracted}`]), ...(withdrawn ? ['withdrawn before'] : [])].join('; ');
      if (told.length > 0) context.print(formatTable(['candidate', 'what to know'], told.map((one) => [one.id, sentences(one)])));
      context.print(`${checked.length} candidates compared with ${release.images.length} images of ${release.name} and each other: ${told.length} to be looked at.`);
    }
    context.printJson({ release: release.name, candidates: checked });
    return told.length > 0 ? 1 : 0;
  } finally {
    await release.close();
  }
}

async function agreement(store: Store, context: CommandContext): Promise<void> {
  const found = agreementOf(await listCandidates(store.db));
  if (!context.json) {
    if (found.length === 0) context.print('No two reviewers have decided on the same candidate.');
    else {
      const format = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2));
      context.print(formatTable(['reviewer', 'reviewer', 'both', 'agree', 'kappa', '95 %', 'differ'], found.map(({ first, second, kappa, differing }) => [first, second, kappa.items, `${Math.round(100 * kappa.observed)} %`, format(kappa.kappa?.estimate), kappa.kappa === undefined ? '–' : `${format(kappa.kappa.low)}–${format(kappa.kappa.high)}`, differing.length])));
      context.print("Cohen's kappa over accepted, rejected, needs work; decisions that settled a dispute are left out.");
    }
  }
  context.printJson({ agreement: found });
}

async function run(args: ReviewArguments, context: CommandContext): Promise<number> {
  if (args.action === 'check') return check(args, context);
  return withStore(context, async (store) => {
    if (args.action === 'list') await list(args, store, context);
    else if (args.action === 'show') await show(args, store, context);
    else if (args.action === 'import') await importFolder(args, store, context);
    else if (args.action === 'agreement') await agreement(store, context);
    else {
      const done = await change(args, store, context);
      if (!context.json) for (const candidate of done) context.print(`${candidate.id}  ${candidate.state.padEnd(10)}  ${candidate.record.name}`);
      if (done.length === 0) context.print('There was nothing to do.');
      context.printJson({ candidates: done });
    }
    return 0;
  });
}

/** `covid-ct review ACTION`. */
export const reviewCommand = defineCommand<ReturnType<typeof options> extends Argv<infer T> ? T : never>({
  command: 'review <action> [what..]',
  describe: 'Candidates for the next release: list, show, accept, reject, crop, split, …',
  examples: [
    ['$0 review import found', 'what covid-ct extract left in the folder found'],
    ['$0 review list --state proposed', 'on which a decision is due'],
    ['$0 review show c-0123456789ab --picture c.png', 'all that is known, its history, its picture'],
    ['$0 review accept c-0123456789ab --reviewer "A. Curator"', ''],
    ['$0 review reject c-0123456789ab --reason "a radiograph" --reviewer "A. Curator"', ''],
    ['$0 review recut c-0123456789ab --box 12,0,210,180', 'its borders anew, in the whole figure'],
    ['$0 review check --release ../COVID-CT', 'copies of its images, papers that it has'],
    ['$0 review split c-0123456789ab --box 0,0,200,180 --box 204,0,200,180', 'two panels take its place'],
    ['$0 review assign "Patient 12" c-0123456789ab', ''],
    ['$0 review edit c-0123456789ab --category CO-RADS=5 --age 41', ''],
    ['$0 review undo c-0123456789ab', 'the last thing that was done to it'],
    ['$0 review agreement', 'kappa of every two reviewers'],
  ],
  options,
  run,
});
