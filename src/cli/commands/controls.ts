import { join } from 'node:path';
import type { Argv } from 'yargs';
import { CovidCtError, writeFileAtomic } from '../../base/index.ts';
import { benchmarkNotice, controlSection, featureControls, figureText, formatPredictions, judgeControls, reportBanners, shortcutSentence, type ControlScores, type JudgedControl } from '../../benchmark/index.ts';
import { renderPage } from '../../report/index.ts';
import type { Release } from '../../release/index.ts';
import type { Track } from '../../splits/index.ts';
import { defineCommand, type CommandContext, type CommonArguments } from '../command.ts';
import { openReleaseFor, releaseOption } from '../open-release.ts';
import { openTrackFor, trackOptions } from '../open-track.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

function options(yargs: Argv<CommonArguments>) {
  return trackOptions(releaseOption(yargs)).option('out', { type: 'string', requiresArg: true, describe: 'write a table image,score of each control, controls.json and controls.html to this folder' });
}

type ControlsArguments = ReturnType<typeof options> extends Argv<infer T> ? T : never;

/** How the images are named in tables: as in the name lists; by `<label>/<name>` where two labels share a name. */
function tableOf({ predictions }: ControlScores): string {
  const counts = new Map<string, number>();
  for (const { entry } of predictions) counts.set(entry.image.name, (counts.get(entry.image.name) ?? 0) + 1);
  return formatPredictions(predictions.map(({ entry: { image }, score }) => ({ image: counts.get(image.name) === 1 ? image.name : image.id, score })));
}

function documentOf(judged: readonly JudgedControl[], release: Release, track: Track, n: number): object {
  return {
    format: 'covid-ct controls 1',
    version: packageVersion(),
    notice: benchmarkNotice,
    release: { name: release.name, synthetic: release.synthetic },
    track: { name: track.name, seed: track.seed ?? null },
    split: 'test',
    n,
    positive: release.labels[0] ?? '',
    controls: judged,
  };
}

function pageOf(judged: readonly JudgedControl[], release: Release, track: Track, n: number): string {
  return renderPage({
    title: 'Controls that look at no lung',
    subtitle: `${release.name}, ${track.name} track, ${n} test images`,
    banners: reportBanners({ release }),
    sections: [controlSection(judged, release)],
    footer: `covid-ct ${packageVersion()}. ${benchmarkNotice}`,
  });
}

async function run(args: ControlsArguments, context: CommandContext): Promise<number> {
  const release = await openReleaseFor(args, context);
  try {
    const track = await openTrackFor(args, context, release);
    const of = (parts: readonly string[]) => track.images.filter(({ part }) => parts.includes(part));
    const task = { train: of(['train', 'val']), test: of(['test']) };
    const [positive] = release.labels;
    for (const part of [task.train, task.test]) {
      const labels = new Set(part.map(({ label }) => label === positive));
      if (labels.size < 2) throw new CovidCtError('BAD_RELEASE', `${release.name} has not images of both labels in train or val and in test.`, { hint: 'covid-ct split shows the parts of a track.' });
    }
    const scores = await featureControls(release, [task], { progress: context.progress, signal: context.signal });
    const judged = judgeControls(scores, release.labels);
    const document = documentOf(judged, release, track, task.test.length);
    if (args.out !== undefined) {
      for (const one of scores) await writeFileAtomic(join(args.out, `${one.name}.csv`), tableOf(one));
      await writeFileAtomic(join(args.out, 'controls.json'), `${JSON.stringify(document, null, 2)}\n`);
      await writeFileAtomic(join(args.out, 'controls.html'), pageOf(judged, release, track, task.test.length));
    }
    context.print(formatTable(['', 'control', 'ROC AUC', 'sees'], judged.map(({ name, title, auc, flagged }) => [flagged ? '!' : '', name, figureText(auc), title]), { width: 80 }));
    context.print();
    context.print(wrapText(shortcutSentence(judged)));
    context.print(wrapText(`${release.name}${release.synthetic ? ' (synthetic)' : ''}, ${track.name} track: learned from ${task.train.length} images of train and val, judged on ${task.test.length} of test; ${positive ?? ''} positive.`));
    if (args.out !== undefined) context.print(`Tables, controls.json and controls.html: ${args.out}`);
    context.printJson(document);
    return judged.some(({ flagged }) => flagged) ? 1 : 0;
  } finally {
    await release.close();
  }
}

/** `covid-ct controls`. */
export const controlsCommand = defineCommand<ControlsArguments>({
  command: 'controls',
  describe: 'How well the label is told without looking at a lung: predictions of cheating controls',
  examples: [
    ['$0 controls --track legacy --out controls', 'tables of header, border, colour, marks and nearest duplicate'],
    ['$0 controls --track clean --json', 'their AUCs on the clean track, as JSON'],
    ['$0 train transfer --init FILE --control lungs-out', 'a control that is trained as a model is'],
  ],
  options,
  run,
});
