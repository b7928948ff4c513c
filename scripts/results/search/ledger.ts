import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { pathExists } from '../../../src/base/index.ts';
import { resultsFolder } from '../files.ts';
import { meanOf } from '../methods.ts';
import { rounds, searchHours, type Candidate } from './candidates.ts';

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

/** How far the search is. */
export interface Standing {
  /** Candidates that got furthest first, then the highest mean AUC. */
  readonly ranking: readonly { readonly name: string; readonly trainings: number; readonly meanAuc: number }[];
  /** What the round still wants, in the order in which it is tried; empty when the search is done, or its hours are used up. */
  readonly wanted: readonly Wanted[];
  readonly hours: number;
  /** The hours do not allow another training as long as the longest one so far. */
  readonly exhausted: boolean;
  /** The best of the last round; undefined before it is done. */
  readonly winner: string | undefined;
}

/** Whether a training stands in the ledger. */
export const isDone = (ledger: readonly LedgerEntry[], { candidate, fold, seed }: Wanted): boolean =>
  ledger.some((entry) => entry.candidate === candidate.name && entry.fold === fold && entry.seed === seed);

/** How far the search is, by its ledger alone: the same ledger gives the same next trainings, whenever it is asked. */
export function standingOf(candidates: readonly Candidate[], ledger: readonly LedgerEntry[]): Standing {
  const of = (name: string) => ledger.filter(({ candidate }) => candidate === name);
  const hours = ledger.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  const longest = Math.max(0, ...ledger.map(({ seconds }) => seconds)) / 3600;
  const exhausted = hours + longest > searchHours;
  let inRound: readonly Candidate[] = candidates;
  let wanted: readonly Wanted[] = [];
  for (const { keep, folds, seeds } of rounds) {
    const aucOf = ({ name }: Candidate) => meanOf(of(name).map(({ auc }) => auc));
    inRound = inRound.length > keep ? inRound.toSorted((a, b) => aucOf(b) - aucOf(a)).slice(0, keep) : inRound;
    const ofRound = seeds.flatMap((seed) => folds.flatMap((fold) => inRound.map((candidate): Wanted => ({ candidate, fold, seed }))));
    wanted = ofRound.filter((one) => !isDone(ledger, one));
    if (wanted.length > 0) break;
  }
  const ranking = candidates
    .map(({ name }) => ({ name, trainings: of(name).length, meanAuc: of(name).length === 0 ? Number.NaN : meanOf(of(name).map(({ auc }) => auc)) }))
    .toSorted((a, b) => b.trainings - a.trainings || b.meanAuc - a.meanAuc);
  return { ranking, wanted: exhausted ? [] : wanted, hours, exhausted, winner: wanted.length === 0 ? ranking[0]?.name : undefined };
}
