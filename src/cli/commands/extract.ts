import { readFile } from 'node:fs/promises';
import { count, CovidCtError, formatDuration } from '../../base/index.ts';
import { defaultLimits, expandInputs, extractBatch, gatherPapers, writeCandidates, type BatchCost, type BatchItem, type ExtractedPaper, type Extraction } from '../../papers/index.ts';
import { parseCaptionRules } from '../../release/index.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { apiOptions, openApiFor, readKnownDois } from '../open-api.ts';
import { releaseOption } from '../open-release.ts';
import { formatTable } from '../table.ts';

/** How many papers and candidates are printed; `--json` and candidates.json have all. */
const rowsShown = 20;

const wasRead = ({ status }: ExtractedPaper): boolean => status === 'read' || status === 'partly read';

function printPapers({ papers, candidates }: Extraction, context: CommandContext): void {
  const selectedOf = (paper: string | null): number => candidates.filter((candidate) => candidate.paper === paper && candidate.selected).length;
  // What went wrong first, where not all are shown.
  const shown = papers.length <= rowsShown ? papers : [...papers.filter((paper) => !wasRead(paper)), ...papers.filter(wasRead)].slice(0, rowsShown);
  context.print(formatTable(['paper', 'status', 'pages', 'pictures', 'selected'], shown.map((paper) => [paper.paper ?? paper.file, paper.status, paper.pages, paper.candidates, selectedOf(paper.paper)])));
  if (papers.length > shown.length) context.print(`… and ${papers.length - shown.length} more: --json lists all.`);
  for (const { file, notes } of shown) for (const note of notes) context.note(`${file}: ${note}`);
}

function printSelected({ candidates }: Extraction, context: CommandContext): void {
  const selected = candidates.filter((candidate) => candidate.selected);
  if (selected.length === 0) return;
  context.print();
  context.print(formatTable(['selected', 'figure', 'size', 'why'], selected.slice(0, rowsShown).map(({ file, figure, letters, width, height, reasons }) => [file, `${figure ?? '–'}${letters.join('')}`, `${width}×${height}`, reasons.join('; ')])));
  if (selected.length > rowsShown) context.print(`… and ${selected.length - rowsShown} more.`);
}

function costLine(cost: BatchCost): string {
  const known = cost.known === 0 ? '' : `; ${cost.known} papers were read before`;
  const memory = cost.peakMegabytes === 0 ? '' : `, at most ${cost.peakMegabytes} MB of memory in ${cost.workers + 1} processes`;
  return `${count(cost.read, 'paper')}, ${count(cost.pages, 'page')} in ${formatDuration(cost.seconds)} (${cost.pagesPerSecond.toFixed(1)} pages a second)${memory}${known}.`;
}

/** `covid-ct extract PDF|DIR|DOI…`. */
export const extractCommand = defineCommand({
  command: 'extract <papers..>',
  describe: 'Read papers: figures, captions, panels, and which may be new images',
  examples: [
    ['covid-ct extract paper.pdf --out found', 'PNG files and candidates.json'],
    ['covid-ct extract papers/ --out found', 'all PDFs of a folder; run it again to resume'],
    ['covid-ct extract 10.1101/2020.02.17.20024018', 'its open full text, where there is one'],
    ['covid-ct extract papers/ --rules mine.json', 'figures of another disease'],
  ],
  options: (yargs) =>
    apiOptions(releaseOption(yargs))
      .positional('papers', { type: 'string', array: true, demandOption: true, describe: 'PDF files, folders of them, packages of PMC (.tar.gz), DOIs' })
      .option('out', { type: 'string', requiresArg: true, describe: 'folder for PNG files and candidates.json' })
      .option('rules', { type: 'string', requiresArg: true, describe: "a rule file for captions (default: COVID-19's; docs/PAPERS.md)" })
      .option('pages', { type: 'boolean', default: false, describe: 'also draw the pages into the workspace, as the workbench shows them' })
      .option('force', { type: 'boolean', default: false, describe: 'read DOIs that the release has all the same' })
      .option('timeout', { type: 'number', requiresArg: true, default: defaultLimits.seconds, describe: 'seconds that one file may take' })
      .option('memory', { type: 'number', requiresArg: true, default: defaultLimits.megabytes, describe: 'megabytes that one file may take' })
      .option('jobs', { type: 'number', requiresArg: true, describe: 'files at a time (default: the cores, at most 4)' }),
  run: async (args, context) => {
    for (const name of ['timeout', 'memory', 'jobs'] as const) {
      const value = args[name];
      if (value !== undefined && !(value > 0)) throw new CovidCtError('USAGE', `--${name} takes a number above 0.`);
    }
    const rules = args.rules === undefined ? undefined : { text: await readFile(args.rules, 'utf8'), source: args.rules };
    if (rules !== undefined) parseCaptionRules(rules.text, rules.source);
    const inputs = await expandInputs(args.papers);
    const dois = inputs.flatMap((input) => (input.kind === 'doi' ? [input] : []));
    const api = await openApiFor(args, context);
    if (dois.length > 0 && api.email === undefined) context.note('Unpaywall is not asked, since it wants an e-mail address: --email, or COVID_CT_EMAIL.');
    const gathered = dois.length === 0 ? [] : await gatherPapers(dois, api, { known: await readKnownDois(args, context), force: args.force, progress: context.progress });
    const files = inputs.flatMap((input): BatchItem[] => (input.kind === 'file' ? [{ given: input.given, path: input.path, fileName: input.fileName }] : []));
    const { extraction: read, cost } = await extractBatch(
      [...files, ...gathered.flatMap((each) => ('item' in each ? [each.item] : []))],
      {
        workspace: context.workspace,
        limits: { seconds: args.timeout, megabytes: args.memory },
        ...(args.jobs === undefined ? {} : { workers: Math.round(args.jobs) }),
        ...(rules === undefined ? {} : { rules }),
        pageViews: args.pages,
        progress: context.progress,
        signal: context.signal,
      },
    );
    const extraction: Extraction = { ...read, papers: [...read.papers, ...gathered.flatMap((each) => ('paper' in each ? [each.paper] : []))] };
    if (args.out !== undefined) await writeCandidates(args.out, extraction, context.workspace.objects, context.progress);
    printPapers(extraction, context);
    printSelected(extraction, context);
    context.print();
    context.print(costLine(cost));
    const { candidates } = extraction;
    const place = args.out ?? `the workspace ${context.workspace.folder}`;
    context.print(`${count(candidates.length, 'candidate')}, ${candidates.filter(({ selected }) => selected).length} selected by their captions: ${place}.`);
    context.print('Nobody has looked at them yet. For research, never for diagnosis.');
    context.printJson({ ...extraction, cost });
    if (extraction.papers.every(wasRead)) return 0;
    return extraction.papers.some(wasRead) ? 1 : 3;
  },
});
