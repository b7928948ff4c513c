import { join } from 'node:path';
import type { Argv, ArgumentsCamelCase } from 'yargs';
import { CovidCtError } from '../../base/index.ts';
import { checklists, figureText, openSubmission, shortcutSentence } from '../../benchmark/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openTrackOf } from '../open-predictions.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { readAnswers, reportRun } from '../report-run.ts';
import { wholeNumber } from '../whole-number.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return releaseOption(yargs)
    .positional('run', { type: 'string', demandOption: true, describe: 'the folder of a finished run' })
    .option('audit', { type: 'string', requiresArg: true, describe: 'take duplicates from this audit.json instead of looking for them' })
    .option('controls', { type: 'string', array: true, requiresArg: true, nargs: 1, describe: 'folder or run with controls trained on the same data (default: those beside the run)' })
    .option('gallery', { type: 'number', requiresArg: true, default: 8, describe: 'pictures of each kind of hit and miss' })
    .option('answers', { type: 'string', requiresArg: true, describe: 'a JSON file with the authors’ answers to open items: {"claim": {"44": "…"}}' });
}

type ReportArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

async function run(args: ArgumentsCamelCase<ReportArguments>, context: CommandContext): Promise<number> {
  const gallery = wholeNumber('gallery', args.gallery, 0);
  const answers = args.answers === undefined ? undefined : await readAnswers(args.answers);
  const unknown = Object.keys(answers ?? {}).find((name) => !checklists.some(({ id }) => id === name));
  if (unknown !== undefined) throw new CovidCtError('BAD_INPUT', `${args.answers ?? ''} answers ${unknown}, which is no checklist.`, { hint: `There are ${checklists.map(({ id }) => id).join(' and ')}.` });
  const submission = await openSubmission(args.run);
  if (submission.run === undefined) throw new CovidCtError('BAD_INPUT', `${args.run} is no run: it has no run.json.`, { hint: 'A table of scores is judged by covid-ct evaluate.' });
  const release = await openReleaseFor(args, context);
  try {
    const track = await openTrackOf(submission, { audit: args.audit }, context, release);
    const { evaluation, facts, report } = await reportRun(args.run, track, release, context, { gallery, controls: args.controls, answers });
    context.print(wrapText(`${facts.run.id}: ROC AUC ${figureText(evaluation.images.metrics.auc)}, ${evaluation.images.n} images, ${evaluation.positive} positive.`));
    if (facts.controls.length > 0) context.print(wrapText(shortcutSentence(facts.controls)));
    for (const [name, study] of [['explain', facts.attention], ['robustness', facts.robustness]] as const) {
      context.print(wrapText(study === undefined ? `Not made yet: covid-ct ${name} ${args.run}` : study.sentence));
    }
    context.print(`Report: ${join(args.run, 'report.html')}`);
    context.printJson(report.document);
    return 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct report`. */
export const reportCommand = defineCommand<ReportArguments>({
  command: 'report <run>',
  describe: 'All that is known of a run as one page: figures, controls, pictures, model card, CLAIM, TRIPOD+AI',
  examples: [
    ['$0 report runs/a', "runs/a/report.html, with what explain and robustness found"],
    ['$0 report runs/a --answers ours.json', 'with the authors’ answers to what the program cannot know'],
  ],
  options,
  run,
});
