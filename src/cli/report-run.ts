import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { CovidCtError, systemErrorCode } from '../base/index.ts';
import {
  evaluate, evaluationDocument, findSubmissions, gatherFacts, makeRunReport, openRunFolder, openSubmission, trainedControls,
  type AuthorAnswers, type Evaluation, type EvaluationContext, type EvaluationDocument, type RunFacts, type RunReport, type ScoredControl, type Submission,
} from '../benchmark/index.ts';
import type { Release } from '../release/index.ts';
import type { Track } from '../splits/index.ts';
import type { CommandContext } from './command.ts';
import { openPredictions } from './open-predictions.ts';
import { packageVersion } from './version.ts';

/** How a report is made. */
export interface ReportOptions {
  /** Pictures of each kind of hit and miss: 4 unless given. */
  readonly gallery?: number | undefined;
  /** Folders or runs with trained controls; those beside the run unless given. */
  readonly controls?: readonly string[] | undefined;
  readonly answers?: AuthorAnswers | undefined;
}

/** A run, judged and reported. */
export interface ReportedRun {
  readonly evaluation: Evaluation;
  readonly document: EvaluationDocument;
  readonly facts: RunFacts;
  readonly report: RunReport;
}

const answersSchema = z.record(z.string(), z.record(z.string(), z.string().min(1)));

/** @throws CovidCtError NOT_FOUND, BAD_INPUT */
export async function readAnswers(path: string): Promise<AuthorAnswers> {
  const hint = 'Answers are JSON by checklist and item: { "claim": { "44": "Nobody paid for it." } }';
  try {
    return answersSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw new CovidCtError('NOT_FOUND', `There is no file ${path}.`, { hint, cause: error });
    throw new CovidCtError('BAD_INPUT', `${path} holds no answers to checklists.`, { hint, cause: error });
  }
}

const sameData = (a: Submission, b: Submission): boolean =>
  JSON.stringify([a.run?.configuration.track, a.run?.configuration.data.sha256]) === JSON.stringify([b.run?.configuration.track, b.run?.configuration.data.sha256]);

/** Controls that were trained on the very data of a run: among the runs beside it, or in the folders that are named. */
async function controlsBeside(submission: Submission, track: Track, release: Release, folders: readonly string[] | undefined): Promise<ScoredControl[]> {
  const found = folders === undefined ? await findSubmissions([dirname(resolve(submission.path))]).catch(() => []) : await findSubmissions(folders);
  const controls: ScoredControl[] = [];
  for (const one of found) {
    const { control, seed } = one.run?.configuration ?? {};
    if (control === undefined || !sameData(one, submission)) continue;
    const { predictions } = await openPredictions(one, track, release);
    controls.push({ name: `${control}, seed ${seed ?? ''}`, title: trainedControls[control], predictions });
  }
  return controls;
}

/**
 * Judges a finished run as `covid-ct evaluate` does, and writes `report.html` and `evaluation.json` into its folder.
 * @param track the run's own
 */
export async function reportRun(path: string, track: Track, release: Release, context: CommandContext, options: ReportOptions = {}): Promise<ReportedRun> {
  const submission = await openSubmission(path);
  const folder = openRunFolder(path);
  const run = await folder.readDocument();
  const { part, predictions, validation, validationFile } = await openPredictions(submission, track, release);
  const evaluation = evaluate({ predictions, validation, labels: release.labels, positive: release.labels[0] ?? '' });
  const about: EvaluationContext = { release, track, part, source: submission.path, run: run.id, validation: validationFile, version: packageVersion() };
  const document = evaluationDocument(evaluation, about);
  const facts = await gatherFacts({
    folder: path,
    run,
    release,
    evaluation,
    context: about,
    predictions,
    trainedControls: await controlsBeside(submission, track, release, options.controls),
    kept: context.workspace.path('controls'),
    gallery: options.gallery ?? 4,
    progress: context.progress,
    signal: context.signal,
  });
  const report = makeRunReport(facts, options.answers);
  await folder.writeReport(document, report.page);
  return { evaluation, document, facts, report };
}
