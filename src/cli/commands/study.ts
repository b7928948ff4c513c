import { userInfo } from 'node:os';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError, pathExists } from '../../base/index.ts';
import { annotate, listStudies, lockStudy, openStudy, planJsonSchema, planTemplates, simulateReaders, studyFolder, summariseStudy, verifyStudy, type Study } from '../../study/index.ts';
import { buildWebIfNeeded } from '../build-web.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { releaseOption } from '../open-release.ts';
import { analyse, exportStudy } from '../study-actions/analyse-study.ts';
import { newStudy } from '../study-actions/new-study.ts';
import { power } from '../study-actions/power-study.ts';
import { formatTable } from '../table.ts';
import { wrapText } from '../wrap-text.ts';

const actions = ['template', 'schema', 'new', 'list', 'show', 'invite', 'serve', 'power', 'simulate', 'note', 'lock', 'analyse', 'export', 'verify'] as const;

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('action', { choices: actions, demandOption: true, describe: 'what to do' })
    .positional('what', { type: 'string', describe: 'new: the plan; template: paper or slices; else the study, by its id or folder' })
    .option('out', { type: 'string', requiresArg: true, describe: 'new: folder of the study; analyse, power: an .html report; export: a new folder' })
    .option('audit', { type: 'string', requiresArg: true, describe: 'new, clean track: take duplicates from this audit.json' })
    .option('base-url', { type: 'string', requiresArg: true, default: 'http://127.0.0.1:4180', describe: 'invite: where covid-ct serve is reached by the readers' })
    .option('host', { type: 'string', requiresArg: true, default: '127.0.0.1', describe: 'serve: the address to listen on; 0.0.0.0 for readers on other machines' })
    .option('port', { type: 'number', requiresArg: true, default: 4190, describe: 'serve: 0 takes any that is free' })
    .option('allow-host', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'serve: a further name by which readers reach it; may be given again' })
    .option('public-origin', { type: 'string', requiresArg: true, describe: 'serve: where readers reach it through a proxy with TLS: https://study.example.org' })
    .option('reader', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'simulate, note: this reader; may be given again' })
    .option('auc', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'simulate: ARM=0.85, may be given again; power: AUC of the reference (default: 0.85)' })
    .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'simulate, power: the same seed gives the same numbers' })
    .option('from', { type: 'string', requiresArg: true, describe: 'analyse: an exported readings.json instead of a study' })
    .option('predictions', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: "analyse: a model's table or run, shown beside the readers; may be given again" })
    .option('peek', { type: 'string', requiresArg: true, describe: 'analyse, export before the lock: who looks; recorded and told in every report' })
    .option('incomplete', { type: 'string', requiresArg: true, describe: 'lock although readings are missing: why' })
    .option('receipt', { type: 'string', requiresArg: true, describe: "verify: a reader's receipt that must be in the records" })
    .option('text', { type: 'string', requiresArg: true, describe: 'note: what to add to the records' })
    .option('number', { type: 'number', requiresArg: true, describe: "note: the number of the reader's case" })
    .option('difference', { type: 'number', requiresArg: true, describe: 'power: true difference in AUC (default: -0.05; 0 with --margin)' })
    .option('margin', { type: 'number', requiresArg: true, describe: 'power: show non-inferiority within this margin' })
    .option('equivalence', { type: 'boolean', default: false, describe: 'power: show equivalence within the margin instead' })
    .option('readers', { type: 'string', requiresArg: true, default: '3,5,8,12', describe: 'power: numbers of readers' })
    .option('cases', { type: 'string', requiresArg: true, default: '40,80,160', describe: 'power: numbers of cases, half positive' })
    .option('variance', { type: 'string', requiresArg: true, default: 'LH 0.855', describe: "power: stated variances, a row of Roe and Metz's table: HL 0.702, LH 0.702, LH 0.855, LH 0.961" })
    .option('pilot', { type: 'string', requiresArg: true, describe: "power: take variances from this study's exported readings.json" })
    .option('simulations', { type: 'number', requiresArg: true, default: 400, describe: 'power: simulated studies of each size' });
}

type StudyArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

function required(what: string | undefined, action: string, kind: string): string {
  if (what === undefined) throw new CovidCtError('USAGE', `study ${action} needs ${kind}.`, { hint: 'See: covid-ct study --help' });
  return what;
}

/** A study by the id that it has in the workspace, or by its folder. */
async function openNamed(what: string | undefined, action: string, context: CommandContext): Promise<Study> {
  return openStudy(await folderOf(what, action, context));
}

async function folderOf(what: string | undefined, action: string, context: CommandContext): Promise<string> {
  const named = required(what, action, 'a study: its id or its folder');
  return /[/\\.]/.test(named) || (await pathExists(`${named}/plan.json`)) ? named : studyFolder(context.workspace, named);
}

async function list(context: CommandContext): Promise<number> {
  const studies = await listStudies(context.workspace);
  if (studies.length === 0) context.print('There is no study in the workspace. covid-ct study template > plan.yaml, then covid-ct study new plan.yaml.');
  else {
    context.print(
      formatTable(['study', 'cases', 'arms', 'readings', 'state'], studies.map((study) => {
        if ('fault' in study) return [study.id, '', '', '', study.fault];
        const done = study.readers.reduce((sum, reader) => sum + reader.done, 0);
        const total = study.readers.reduce((sum, reader) => sum + reader.total, 0);
        return [study.id, study.cases, study.arms, `${done} of ${total}`, `${study.locked ? 'locked' : done === 0 ? 'not begun' : 'reading'}${study.simulated ? ', simulated readers' : ''}${study.synthetic ? ', synthetic cases' : ''}`];
      }), { width: 80 }),
    );
  }
  context.printJson(studies);
  return 0;
}

async function show(study: Study, context: CommandContext): Promise<number> {
  const summary = await summariseStudy(study);
  context.print(wrapText(`${study.plan.title}: ${study.plan.question}`));
  context.print(`${summary.cases} cases from ${study.key.origin}, ${summary.arms} arms, ${study.plan.design.kind}; ${summary.locked ? 'locked' : 'open'}.\n`);
  context.print(formatTable(['reader', 'read', 'of', ''], summary.readers.map(({ id, done, total, simulated }) => [id, done, total, simulated ? 'simulated' : '']), { width: 80 }));
  context.printJson(summary);
  return 0;
}

function invite(study: Study, base: string, context: CommandContext): number {
  const links = study.key.readers.map(({ id, token }) => ({ reader: id, link: `${base.replace(/\/$/, '')}/read/${study.plan.id}/${token}` }));
  context.note('Send each reader his or her own link: who has it reads as that reader.');
  for (const { reader, link } of links) context.print(`${reader}  ${link}`);
  context.printJson(links);
  return 0;
}

function aucsOf(given: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    given.map((text) => {
      const [arm = '', value = ''] = text.split('=');
      if (arm === '' || value === '' || !Number.isFinite(Number(value))) throw new CovidCtError('USAGE', `--auc ${text} is not ARM=AUC.`, { hint: 'For instance: --auc original=0.9' });
      return [arm, Number(value)];
    }),
  );
}

/** Serves the reading room of one study until Ctrl-C. */
async function serve(study: Study, args: StudyArguments, context: CommandContext): Promise<number> {
  if (!Number.isInteger(args.port) || args.port < 0 || args.port > 65_535) throw new CovidCtError('USAGE', `--port ${args.port} is no port.`, { hint: 'A port is a whole number from 0 to 65535.' });
  await buildWebIfNeeded((line) => context.note(line));
  // Loaded here alone: no other action needs a server.
  const { startReadingServer, streamLog, webFolder } = await import('../../server/index.ts');
  const origin = args['public-origin'];
  const server = await startReadingServer({ study, host: args.host, port: args.port, allowedHosts: args['allow-host'] ?? [], publicOrigins: origin === undefined ? [] : [origin], web: webFolder, log: streamLog(process.stderr) });
  context.print(`Reading room of ${study.plan.id}: ${server.address}`);
  context.print(`Links: covid-ct study invite ${study.plan.id} --base-url ${origin ?? server.address}`);
  context.print('It shows nothing but the readers’ pages. Ctrl-C ends it; readers go on where they were after the next start.');
  context.printJson({ address: server.address, port: server.port });
  await new Promise<void>((resolve) => {
    context.signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('SIGTERM', () => resolve());
  });
  await server.close();
  return 0;
}

async function simulate(study: Study, args: StudyArguments, context: CommandContext): Promise<number> {
  const readers = await simulateReaders(study, { ...(args.reader === undefined ? {} : { readers: args.reader }), aucs: aucsOf(args.auc ?? []), seed: args.seed, start: new Date() });
  context.print(readers.length === 0 ? 'No reader was left to simulate.' : wrapText(`SIMULATED: ${readers.join(', ')}. They are called simulated on every page and in every report: they prove the software, not the claim.`));
  context.printJson({ simulated: readers });
  return 0;
}

async function verify(folder: string, receipt: string | undefined, context: CommandContext): Promise<number> {
  const found = await verifyStudy(folder, receipt);
  for (const fault of found.faults) context.print(fault);
  context.print(found.faults.length === 0 ? `${found.records} records and ${found.pictures} pictures are as they were written. Last record: ${found.head}` : `${found.faults.length} faults.`);
  context.printJson({ faults: found.faults, records: found.records, pictures: found.pictures, head: found.head ?? null });
  return found.faults.length === 0 ? 0 : 1;
}

function template(what: string | undefined, context: CommandContext): number {
  const name = Object.keys(planTemplates).find((key) => key === (what ?? 'paper'));
  if (name === undefined) throw new CovidCtError('USAGE', `There is no template ${what}.`, { hint: `There are ${Object.keys(planTemplates).join(' and ')}.` });
  const text = planTemplates[name as keyof typeof planTemplates];
  context.print(text.trimEnd());
  context.printJson({ name, plan: text });
  return 0;
}

async function run(args: ArgumentsCamelCase<StudyArguments>, context: CommandContext): Promise<number> {
  const { action, what } = args;
  const study = () => openNamed(what, action, context);
  switch (action) {
    case 'template':
      return template(what, context);
    case 'schema':
      process.stdout.write(`${JSON.stringify(planJsonSchema(), null, 2)}\n`);
      return 0;
    case 'new':
      return newStudy(required(what, action, 'a plan'), args, context);
    case 'list':
      return list(context);
    case 'show':
      return show(await study(), context);
    case 'invite':
      return invite(await study(), args['base-url'], context);
    case 'serve':
      return serve(await study(), args, context);
    case 'simulate':
      return simulate(await study(), args, context);
    case 'note':
      await annotate(await study(), { by: userInfo().username, text: required(args.text, action, '--text'), ...(args.reader?.[0] === undefined ? {} : { reader: args.reader[0] }), ...(args.number === undefined ? {} : { number: args.number }) }, new Date());
      context.print('Noted.');
      context.printJson({ noted: true });
      return 0;
    case 'lock': {
      const { at, hash } = await lockStudy(await study(), new Date(), args.incomplete);
      context.print(`Locked. Last record: ${hash}`);
      context.printJson({ at, hash });
      return 0;
    }
    case 'analyse':
      return analyse(args.from === undefined ? { study: await study() } : { exported: args.from }, { peek: args.peek, models: args.predictions ?? [], out: args.out }, context);
    case 'export':
      return exportStudy(await study(), required(args.out, action, '--out, a new folder'), args.peek, context);
    case 'verify':
      return verify(await folderOf(what, action, context), args.receipt, context);
    case 'power': {
      const auc = Number(args.auc?.[0] ?? 0.85);
      if (!Number.isFinite(auc)) throw new CovidCtError('USAGE', `--auc ${args.auc?.[0]} is no number.`, { hint: 'For instance: --auc 0.85' });
      return power({ ...args, auc, difference: args.difference, margin: args.margin, pilot: args.pilot, out: args.out }, context);
    }
  }
}

/** `covid-ct study <action> [what]` */
export const studyCommand = defineCommand({
  command: 'study <action> [what]',
  describe: 'Reading studies: plan, power, readers, records, analysis',
  examples: [
    ['$0 study template > plan.yaml', 'a plan to start from'],
    ['$0 study new plan.yaml --release DIR', 'chooses cases, makes every picture of every arm'],
    ['$0 study invite paper-losses', 'a link for each reader; covid-ct serve shows the pages'],
    ['$0 study power --margin 0.05 --auc 0.85 --out power.html', 'how many readers and cases'],
    ['$0 study lock paper-losses && $0 study analyse paper-losses --out report.html', 'the analysis, once nobody can read any more'],
    ['$0 study verify paper-losses', 'whether any record or picture was altered'],
  ],
  options,
  run,
});
