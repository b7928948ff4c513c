import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { openSubmission } from '../../benchmark/index.ts';
import { analyseStudy, parseReadings, readingsDocument, recordLook, renderStudy, verdictLines, writeExport, type ModelScores, type ReadingsDocument, type Study, type StudyAnalysis } from '../../study/index.ts';
import type { CommandContext } from '../command.ts';
import { formatTable } from '../table.ts';
import { packageVersion } from '../version.ts';
import { wrapText } from '../wrap-text.ts';

/** Scores of tables of predictions, or runs, by image name. */
export async function readModels(paths: readonly string[]): Promise<ModelScores[]> {
  const models: ModelScores[] = [];
  for (const path of paths) {
    const submission = await openSubmission(path);
    const rows = await submission.rows('test');
    models.push({ name: basename(path).replace(/\.csv$/, ''), scores: new Map(rows.map(({ image, score }) => [basename(image), Number(score)])) });
  }
  return models;
}

function printAnalysis(document: ReadingsDocument, analysis: StudyAnalysis, context: CommandContext): void {
  if (analysis.simulated) context.print('SIMULATED readers: they prove the software, not the claim.');
  if (analysis.synthetic) context.print('SYNTHETIC cases: they show no one.');
  context.print(wrapText(document.plan.question));
  context.print();
  const auc = analysis.figures[0]?.analyses[0];
  context.print(
    formatTable(['arm', 'mean AUC', '95 % interval', 'readings', 'κ'], document.plan.arms.map(({ id }, i) => {
      const arm = auc?.arms[i];
      return [id, arm?.estimate.toFixed(3), arm === undefined ? '' : `${arm.logit.low.toFixed(3)}–${arm.logit.high.toFixed(3)}`, analysis.pooled[i]?.readings, analysis.agreement[i]?.fleiss?.toFixed(2)];
    }), { width: 80 }),
  );
  context.print();
  for (const line of verdictLines(document, analysis)) context.print(wrapText(line));
  for (const model of analysis.models) context.print(wrapText(`Model ${model.reader}: AUC ${model.auc === undefined ? 'not to be had' : model.auc.estimate.toFixed(3)} on ${model.readings} of the cases.`));
  if (analysis.deviations.length > 0) context.print('\nDeviations');
  for (const line of analysis.deviations) context.print(wrapText(`- ${line}`));
}

/** `study analyse`: of a study, or of what was exported of one. */
export async function analyse(source: { readonly study: Study } | { readonly exported: string }, options: { readonly peek: string | undefined; readonly models: readonly string[]; readonly out: string | undefined }, context: CommandContext): Promise<number> {
  if ('study' in source) await recordLook(source.study, 'analysed', new Date(), options.peek);
  const document = 'study' in source ? await readingsDocument(source.study) : parseReadings(await readFile(source.exported, 'utf8'), source.exported);
  const analysis = analyseStudy(document, await readModels(options.models));
  if (options.out !== undefined) await writeFileAtomic(options.out, renderStudy(document, analysis, { version: packageVersion() }));
  if (!context.json) printAnalysis(document, analysis, context);
  if (options.out !== undefined) context.print(`\nReport: ${options.out}`);
  context.printJson({ plan: document.plan.id, ...analysis });
  return 0;
}

/** `study export`: readings in every layout. */
export async function exportStudy(study: Study, out: string, peek: string | undefined, context: CommandContext): Promise<number> {
  await recordLook(study, 'exported', new Date(), peek);
  const document = await readingsDocument(study);
  await writeExport(document, out);
  context.print(`${document.readings.length} readings: ${out}`);
  context.print(wrapText('readings.csv and readings.json (covid-ct study analyse --from gives the same figures), study.imrmc and study.xlsx in the documented layouts of iMRMC and RJafroc, which those programs have not opened here.'));
  context.printJson({ folder: out, readings: document.readings.length, planHash: document.planHash });
  return 0;
}
