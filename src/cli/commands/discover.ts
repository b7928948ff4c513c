import { count, writeFileAtomic } from '../../base/index.ts';
import { discover } from '../../papers/index.ts';
import { defineCommand } from '../command.ts';
import { apiOptions, openApiFor, readKnownDois } from '../open-api.ts';
import { releaseOption } from '../open-release.ts';
import { formatTable } from '../table.ts';

/** `covid-ct discover QUERY`. */
export const discoverCommand = defineCommand({
  command: 'discover <query..>',
  describe: 'Search for papers that the release does not have',
  examples: [
    ['covid-ct discover COVID-19 chest CT case report', 'in Europe PMC, with bioRxiv and medRxiv'],
    ['covid-ct discover COVID-19 CT --dois > list', 'open ones, one DOI a line'],
    ['covid-ct extract $(cat list) --out found', 'and what is in them'],
  ],
  options: (yargs) =>
    apiOptions(releaseOption(yargs))
      .positional('query', { type: 'string', array: true, demandOption: true, describe: "words, in Europe PMC's language" })
      .option('count', { type: 'number', requiresArg: true, default: 25, describe: 'hits to look at, 1 to 1,000' })
      .option('dois', { type: 'boolean', default: false, describe: 'print the DOIs of open papers alone, for covid-ct extract' })
      .option('out', { type: 'string', requiresArg: true, describe: 'a file for those DOIs' }),
  run: async (args, context) => {
    const most = Math.min(1000, Math.max(1, Math.round(args.count)));
    const found = await discover(args.query.join(' '), await readKnownDois(args, context), most, await openApiFor(args, context));
    const open = found.papers.filter((paper) => paper.open && paper.retraction === undefined).map(({ doi }) => doi);
    if (args.out !== undefined) await writeFileAtomic(args.out, open.map((doi) => `${doi}\n`).join(''));
    if (args.dois) for (const doi of open) context.print(doi);
    else {
      context.print(formatTable(['doi', 'licence', 'full text', 'title'], found.papers.map(({ doi, licence, open: isOpen, retraction, title }) => [doi, licence ?? 'none stated', isOpen ? 'open' : 'no', retraction === undefined ? title : `RETRACTED: ${title}`])));
      context.print();
      context.print(`${count(found.papers.length, 'paper')}, ${open.length} with an open full text; left out: ${found.inRelease} that the release has, ${found.otherVersions} other versions, ${found.withoutDoi} without a DOI.`);
      if (open.length > 0) context.print(`covid-ct extract ${open.slice(0, 3).join(' ')}${open.length > 3 ? ' …' : ''} reads them.`);
    }
    context.printJson(found);
    return 0;
  },
});
