import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { pathExists } from '../../../src/base/index.ts';
import { mean } from '../../../src/statistics/index.ts';
import { resultsFolder } from '../files.ts';
import { rounds, searchHours, type Candidate } from './candidates.ts';

const timedPretraining = z.strictObject({ name: z.string(), seconds: z.number() });

/** A pretraining, and how long it took. */
export type TimedPretraining = z.infer<typeof timedPretraining>;

const entrySchema = z.strictObject({
  /** ISO 8601, UTC. */
  when: z.string(),
  candidate: z.string(),
  /** SHA-256 of the recipe. */
  recipe: z.string(),
  fold: z.int(),
  seed: z.int(),
  /** Of training. */
  seconds: z.number(),
  /** What it started from, where that was made for the search or the plan; several trainings may share one. */
  pretrainings: z.array(timedPretraining).exactOptional(),
  /** On the fold's held-out images, which are of train + val. */
  auc: z.number(),
  commit: z.string(),
});

/** One training of the search. */
export type LedgerEntry = z.infer<typeof entrySchema>;

/** Every training of the search, a line each. */
export const ledgerFile = `${resultsFolder}/search/ledger.jsonl`;

export async function readLedger(): Promise<readonly LedgerEntry[]> {
  if (!(await pathExists(ledgerFile))) return [];
  return (await readFile(ledgerFile, 'utf8')).split('\n').filter((line) => line !== '').map((line) => entrySchema.parse(JSON.parse(line)));
}

export async function appendToLedger(entry: LedgerEntry): Promise<void> {
  await mkdir(dirname(ledgerFile), { recursive: true });
  await appendFile(ledgerFile, `${JSON.stringify(entry)}\n`);
}

/** A training that the search wants. */
export interface Wanted {
  readonly candidate: Candidate;
  readonly fold: number;
  readonly seed: number;
}

/** How a candidate stands. */
export interface Ranked {
  readonly name: string;
  readonly trainings: number;
  /** Over all its trainings; NaN before the first. Of use among candidates with the same trainings alone, since folds differ. */
  readonly meanAuc: number;
  /** Over a round's trainings, round by round; undefined where it was not in one, or has not ended it. */
  readonly byRound: readonly (number | undefined)[];
}

/** How far the search is. */
export interface Standing {
  /** Candidates that got furthest first, then the highest mean AUC. */
  readonly ranking: readonly Ranked[];
  /** What the round still wants, in the order in which it is tried; empty when the search is done, or its hours are used up. */
  readonly wanted: readonly Wanted[];
  /** What the round after it wants, however the rest of this one ends: work for another process meanwhile. */
  readonly ahead: readonly Wanted[];
  readonly hours: number;
  /** The hours do not allow another training as long as the longest one so far. */
  readonly exhausted: boolean;
  /** The best of the last round; undefined before it is done. */
  readonly winner: string | undefined;
}

/** Whether a training stands in the ledger. */
export const isDone = (ledger: readonly LedgerEntry[], { candidate, fold, seed }: Wanted): boolean =>
  ledger.some((entry) => entry.candidate === candidate.name && entry.fold === fold && entry.seed === seed);

type Round = (typeof rounds)[number];

/**
 * How far the search is, by its ledger alone: the same ledger gives the same next trainings, whenever it is asked. Who goes on is
 * told by the trainings of the round that ended, and by no others: folds differ, so that means over different folds do not compare.
 */
export function standingOf(candidates: readonly Candidate[], ledger: readonly LedgerEntry[]): Standing {
  const meanAuc = (name: string, belongs: (entry: LedgerEntry) => boolean = () => true) => mean(ledger.filter((entry) => entry.candidate === name && belongs(entry)).map(({ auc }) => auc));
  const missingOf = (of: readonly Candidate[], { folds, seeds }: Round) => seeds.flatMap((seed) => folds.flatMap((fold) => of.map((candidate): Wanted => ({ candidate, fold, seed })))).filter((one) => !isDone(ledger, one));
  const aucIn = ({ name }: Candidate, { folds, seeds }: Round) => meanAuc(name, ({ fold, seed }) => (folds as readonly number[]).includes(fold) && (seeds as readonly number[]).includes(seed));
  const bestOf = (of: readonly Candidate[], round: Round, keep: number) => of.toSorted((a, b) => aucIn(b, round) - aucIn(a, round)).slice(0, Math.max(0, keep));
  const pretrained = new Map(ledger.flatMap(({ pretrainings = [] }) => pretrainings.map(({ name, seconds }) => [name, seconds])));
  const hours = [...ledger.map(({ seconds }) => seconds), ...pretrained.values()].reduce((sum, seconds) => sum + seconds, 0) / 3600;
  const longest = Math.max(0, ...ledger.map(({ seconds }) => seconds)) / 3600;
  const exhausted = hours + longest > searchHours;
  let inRound: readonly Candidate[] = candidates;
  let wanted: readonly Wanted[] = [];
  let ahead: readonly Wanted[] = [];
  for (const [i, round] of rounds.entries()) {
    wanted = missingOf(inRound, round);
    const next = rounds[i + 1];
    const ended = inRound.filter((candidate) => missingOf([candidate], round).length === 0);
    // Each that has not ended may still take one place.
    const certain = next === undefined ? [] : bestOf(ended, round, next.keep - (inRound.length - ended.length));
    if (wanted.length > 0) {
      ahead = next === undefined ? [] : missingOf(certain, next);
      break;
    }
    inRound = next === undefined ? bestOf(inRound, round, 1) : certain;
  }
  const ranking = candidates
    .map((candidate): Ranked => ({
      name: candidate.name,
      trainings: ledger.filter((entry) => entry.candidate === candidate.name).length,
      meanAuc: meanAuc(candidate.name),
      byRound: rounds.map((round) => (missingOf([candidate], round).length === 0 ? aucIn(candidate, round) : undefined)),
    }))
    .toSorted((a, b) => b.trainings - a.trainings || b.meanAuc - a.meanAuc);
  return { ranking, wanted: exhausted ? [] : wanted, ahead: exhausted ? [] : ahead, hours, exhausted, winner: wanted.length === 0 ? inRound[0]?.name : undefined };
}
