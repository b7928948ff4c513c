import { stat } from 'node:fs/promises';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { changeCorrections, correctionsPath, readCorrections, type CorrectionsFile } from '../../audit/index.ts';
import { canonicalJson, CovidCtError } from '../../base/index.ts';
import { compareReleases, firstVersion, hashImages, listTombstones, makeRelease, planRelease, readReleaseDocument, withdrawImages, type PlannedRelease, type ReleaseDiff } from '../../curation/index.ts';
import { openRelease, openSample, type Release } from '../../release/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { actorOf, withStore } from '../open-store.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';

const actions = ['new', 'diff', 'withdraw', 'tombstones'] as const;
/** How many names of one kind are printed; `--json` has all. */
const namesShown = 10;

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('action', { choices: actions, demandOption: true, describe: 'what to do' })
    .positional('what', { type: 'string', array: true, default: [] as string[], describe: 'diff: two releases, each a folder or a version in the workspace; withdraw: names of images' })
    .option('out', { type: 'string', requiresArg: true, describe: 'new: folder to make (default: releases/VERSION in the workspace)' })
    .option('from-nothing', { type: 'boolean', default: false, describe: 'new: a first release of the accepted candidates alone' })
    .option('name', { type: 'string', requiresArg: true, describe: 'new: what the set is called' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'new: only say what it would hold' })
    .option('reason', { type: 'string', requiresArg: true, describe: 'withdraw: why, in words that may be published' })
    .option('reviewer', { type: 'string', requiresArg: true, describe: 'withdraw: who decides (default: $COVID_CT_AUTHOR)' });
}

type ReleaseArguments = ArgumentsCamelCase<ReturnType<typeof options> extends Argv<infer T> ? T : never>;

function printNames(title: string, names: readonly string[], context: CommandContext): void {
  if (names.length === 0) return;
  context.print(`${title}: ${names.length}`);
  for (const name of names.slice(0, namesShown)) context.print(`  ${name}`);
  if (names.length > namesShown) context.print(`  … and ${names.length - namesShown} more: --json lists all.`);
}

function printDiff(diff: ReleaseDiff, context: CommandContext): void {
  printNames('Added', diff.added, context);
  printNames('Removed', diff.removed, context);
  printNames('Relabelled', diff.relabelled.map(({ name, from, to }) => `${name}: ${from} → ${to}`), context);
  printNames('Moved between splits', diff.moved.map(({ id, from, to }) => `${id}: ${from} → ${to}`), context);
  printNames('Other pixels or bytes', diff.changed, context);
  printNames('Cells of the tables', diff.metadata.map(({ id, column, from, to }) => `${id}, ${column}: ${JSON.stringify(from.slice(0, 40))} → ${JSON.stringify(to.slice(0, 40))}`), context);
  context.print({ none: 'No difference.', patch: 'Words alone: a patch.', minor: 'More images: a minor version.', major: 'Results of before cannot be compared: a major version.' }[diff.level]);
}

/** Makes the release, or finds that the very same stands there: one that was killed after its folder was whole goes on from it. */
async function makeOrFind(plan: PlannedRelease, out: string, context: CommandContext): Promise<'made' | 'there'> {
  try {
    await makeRelease(plan, out, { progress: context.progress, signal: context.signal });
    return 'made';
  } catch (error) {
    if (!(error instanceof CovidCtError) || error.code !== 'TARGET_EXISTS') throw error;
    const standing = await openRelease(out).catch(() => undefined);
    try {
      const document = standing === undefined ? undefined : await readReleaseDocument(standing);
      if (document === undefined || canonicalJson(document) !== canonicalJson(plan.document)) throw error;
      return 'there';
    } finally {
      await standing?.close();
    }
  }
}

async function makeNew(args: ReleaseArguments, context: CommandContext): Promise<number> {
  if (args.fromNothing && args.release !== undefined) throw new CovidCtError('USAGE', '--from-nothing takes no --release.');
  const base = args.fromNothing ? undefined : await openReleaseFor(args, context);
  try {
    const corrections = base === undefined ? undefined : await readCorrections(correctionsPath(context.workspace, base), base);
    // The plan needs the database, writing it the objects alone; but nothing may be purged meanwhile.
    return await withStore(context, async (store) => {
      const plan = await planRelease(store, base, { corrections, name: args.name, maker: packageVersion(), progress: context.progress });
      const { document, diff, passedOver, content } = plan;
      const out = args.out ?? context.workspace.path('releases', document.version);
      if (!args.dryRun) {
        const was = await makeOrFind(plan, out, context);
        if (was === 'there') context.note(`${out} is there already, and is this very release: nothing was written again.`);
        if (content.errata !== undefined) await carryCorrections(out, content.errata, context);
      }
      const splits = (['train', 'val', 'test'] as const).map((split) => document.images.filter((image) => image.split === split).length);
      if (!context.json) {
        printDiff(diff, context);
        printNames('Accepted, and there already', passedOver.map(({ id, record }) => `${id} ${record.name}`), context);
        context.print();
        context.print(`${document.name} ${document.version} (${document.date}): ${document.images.length} images, ${splits.join('/')} in train/val/test.`);
        if (args.dryRun) context.print('Nothing was written.');
        else context.print(`Written to ${out}. Check it: covid-ct verify --release ${out}`);
        context.print('For research, never for diagnosis.');
      }
      context.printJson({ out: args.dryRun ? null : out, version: document.version, date: document.date, images: document.images.length, diff, passedOver: passedOver.map(({ id }) => id) });
      return 0;
    });
  } finally {
    await base?.close();
  }
}

/** The new release has the corrections of the one before, so that its clean track leaves out what was left out. */
async function carryCorrections(out: string, errata: CorrectionsFile, context: CommandContext): Promise<void> {
  const made = await openRelease(out);
  try {
    await changeCorrections(correctionsPath(context.workspace, made), made, (file) => ({ file: { ...file, corrections: [...file.corrections, ...errata.corrections.filter(({ id }) => !file.corrections.some((one) => one.id === id))] } }));
  } finally {
    await made.close();
  }
}

async function openNamed(name: string, context: CommandContext): Promise<Release> {
  if (name === 'sample') return openSample();
  const own = context.workspace.path('releases', name);
  const isVersion = /^\d+\.\d+\.\d+$/.test(name) && (await stat(own).then(() => true, () => false));
  return openRelease(isVersion ? own : name);
}

async function diff(args: ReleaseArguments, context: CommandContext): Promise<number> {
  const [first, second, ...more] = args.what.map(String);
  if (first === undefined || second === undefined || more.length > 0) throw new CovidCtError('USAGE', 'Name two releases: covid-ct release diff OLD NEW', { hint: 'Each is a folder, or a version that covid-ct release new made in this workspace.' });
  const before = await openNamed(first, context);
  try {
    const after = await openNamed(second, context);
    try {
      const found = compareReleases(before, after, [await hashImages(before, context.progress), await hashImages(after, context.progress)]);
      const versions = await Promise.all([before, after].map(async (release) => (await readReleaseDocument(release))?.version ?? firstVersion));
      if (!context.json) {
        context.print(`${first} (${versions[0]}, ${before.images.length} images) → ${second} (${versions[1]}, ${after.images.length} images)`);
        printDiff(found, context);
      }
      context.printJson({ before: { source: before.source, version: versions[0] }, after: { source: after.source, version: versions[1] }, ...found });
      return 0;
    } finally {
      await after.close();
    }
  } finally {
    await before.close();
  }
}

async function withdraw(args: ReleaseArguments, context: CommandContext): Promise<number> {
  const names = args.what.map(String);
  if (names.length === 0) throw new CovidCtError('USAGE', 'Name the images to withdraw.', { hint: 'covid-ct release withdraw NAME… --reason "consent withdrawn"' });
  const release = await openReleaseFor(args, context);
  try {
    const added = await withStore(context, async (store) => {
      const actor = await actorOf(store, args.reviewer, args.reason);
      return store.transaction((db) => withdrawImages(db, release, names, actor));
    });
    if (!context.json) {
      context.print(`${added.length} withdrawn${added.length < names.length ? `, ${names.length - added.length} before` : ''}. The next release leaves them out, with a tombstone each:`);
      context.print(`  covid-ct release new${args.release === undefined ? '' : ` --release ${args.release}`}`);
      context.print('What is published stays as it is: whoever serves it must take it down.');
    }
    context.printJson({ withdrawn: added });
    return 0;
  } finally {
    await release.close();
  }
}

async function run(args: ReleaseArguments, context: CommandContext): Promise<number> {
  if (args.action === 'new') return makeNew(args, context);
  if (args.action === 'diff') return diff(args, context);
  if (args.action === 'withdraw') return withdraw(args, context);
  return withStore(context, async (store) => {
    const tombstones = await listTombstones(store.db);
    if (!context.json) context.print(tombstones.length === 0 ? 'Nothing was withdrawn.' : formatTable(['when', 'image', 'why'], tombstones.map(({ when, id, reason }) => [when.slice(0, 10), id, reason])));
    context.printJson({ tombstones });
    return 0;
  });
}

/** `covid-ct release new|diff|withdraw|tombstones`. */
export const releaseCommand = defineCommand<ReturnType<typeof options> extends Argv<infer T> ? T : never>({
  command: 'release <action> [what..]',
  describe: 'Make the next release of what was accepted; compare two; withdraw images',
  examples: [
    ['$0 release new --release ../COVID-CT --dry-run', 'what the next release would hold, and its version'],
    ['$0 release new --release ../COVID-CT --out grown', 'upstream’s layout, with card, Croissant, changelog'],
    ['$0 release diff ../COVID-CT grown', 'what came, went, moved'],
    ['$0 release withdraw x.png --reason "consent withdrawn"', 'a tombstone in the next release'],
  ],
  options,
  run,
});
