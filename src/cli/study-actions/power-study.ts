import { readFile } from 'node:fs/promises';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { roeMetzStructures } from '../../statistics/index.ts';
import { analyseStudy, describeQuestion, parseReadings, pilotOf, renderPower, simulatePower, type PowerGoal, type PowerQuestion } from '../../study/index.ts';
import type { CommandContext } from '../command.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

/** What `study power` is told. */
export interface PowerArguments {
  readonly auc: number;
  readonly difference: number | undefined;
  readonly margin: number | undefined;
  readonly equivalence: boolean;
  readonly readers: string;
  readonly cases: string;
  readonly variance: string;
  readonly pilot: string | undefined;
  readonly simulations: number;
  readonly seed: number;
  readonly out: string | undefined;
}

function sizes(text: string, option: string, least: number): number[] {
  const found = text.split(',').map((part) => Number(part.trim()));
  if (found.length === 0 || found.length > 12 || found.some((size) => !Number.isInteger(size) || size < least || size > 2000)) {
    throw new CovidCtError('USAGE', `--${option} ${JSON.stringify(text)} is no list of whole numbers of ${least} or more.`, { hint: `For instance: --${option} 4,6,8` });
  }
  return found;
}

async function varianceOf(args: PowerArguments): Promise<PowerQuestion['variance']> {
  if (args.pilot === undefined) {
    const name = Object.keys(roeMetzStructures).find((key) => key === args.variance);
    if (name === undefined) throw new CovidCtError('USAGE', `There are no variances ${JSON.stringify(args.variance)}.`, { hint: `Name one of ${Object.keys(roeMetzStructures).join(', ')}, or --pilot readings.json.` });
    return name as keyof typeof roeMetzStructures;
  }
  const document = parseReadings(await readFile(args.pilot, 'utf8'), args.pilot);
  const analysis = analyseStudy(document).figures[0]?.analyses.find(({ inference }) => inference === 'random');
  if (analysis === undefined) throw new CovidCtError('BAD_INPUT', `${args.pilot} has too few readings to tell variances.`, { hint: 'A pilot needs two arms and two readers at least.' });
  return pilotOf(analysis, document.cases.length);
}

/** `study power`: a table, and with --out a page with a plot. */
export async function power(args: PowerArguments, context: CommandContext): Promise<number> {
  if (args.equivalence && args.margin === undefined) throw new CovidCtError('USAGE', '--equivalence needs --margin.', { hint: 'For instance: --equivalence --margin 0.05' });
  if (args.simulations < 20 || args.simulations > 100_000 || !Number.isInteger(args.simulations)) throw new CovidCtError('USAGE', `--simulations ${args.simulations} is not within 20 and 100,000.`);
  const goal: PowerGoal = args.margin === undefined ? { kind: 'difference' } : { kind: args.equivalence ? 'equivalence' : 'non-inferiority', margin: args.margin };
  const question: PowerQuestion = {
    auc: args.auc,
    difference: args.difference ?? (args.margin === undefined ? -0.05 : 0),
    goal,
    readers: sizes(args.readers, 'readers', 2),
    cases: sizes(args.cases, 'cases', 8),
    variance: await varianceOf(args),
    simulations: args.simulations,
    seed: args.seed,
  };
  const points = (() => {
    try {
      return simulatePower(question, (done, total) => context.progress({ label: 'Simulating studies', done, total }));
    } catch (error) {
      if (error instanceof RangeError) throw new CovidCtError('USAGE', error.message, { hint: 'See: covid-ct study --help', cause: error });
      throw error;
    }
  })();
  context.progress({ label: 'Simulating studies', done: 1, total: 1 });
  if (args.out !== undefined) await writeFileAtomic(args.out, renderPower(question, points, { version: packageVersion() }));
  context.print(wrapText(describeQuestion(question)));
  context.print();
  context.print(formatTable(['cases', ...question.readers.map((count) => `${count} readers`)], question.cases.map((cases) => [cases, ...question.readers.map((count) => points.find((point) => point.cases === cases && point.readers === count)?.power.toFixed(2))]), { width: 80 }));
  if (args.out !== undefined) context.print(`\nPlot: ${args.out}`);
  context.printJson({ question, points });
  return 0;
}
