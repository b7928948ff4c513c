import type { Argv } from 'yargs';
import { correctionsPath, overlayOf, readCorrections } from '../audit/index.ts';
import { CovidCtError } from '../base/index.ts';
import type { Release } from '../release/index.ts';
import { cleanFolds, cleanTrack, defaultSeed, evidenceFromAudit, findEvidence, legacyTrack, trackNames, type Track, type TrackName } from '../splits/index.ts';
import type { CommandContext, CommonArguments } from './command.ts';
import { readAuditJson } from './read-audit.ts';

/** Options of a track. */
export interface TrackArguments extends CommonArguments {
  readonly track?: TrackName | undefined;
  readonly seed?: number | undefined;
  readonly audit?: string | undefined;
  readonly folds?: number | undefined;
}

/** Adds `--track`, `--seed` and `--audit`. */
export function trackOptions<T extends CommonArguments>(yargs: Argv<T>): Argv<T & TrackArguments> {
  return yargs
    .option('track', { choices: trackNames, describe: 'legacy: the published lists; clean: grouped, without quarantined images (default: legacy)' })
    .option('seed', { type: 'number', requiresArg: true, describe: `clean: the same seed gives the same lists (default: ${defaultSeed})` })
    .option('audit', { type: 'string', requiresArg: true, describe: 'take duplicates from this audit.json instead of looking for them' });
}

function seedOf(args: TrackArguments): number {
  const seed = args.seed ?? defaultSeed;
  if (!Number.isInteger(seed) || Math.abs(seed) > 2 ** 31 - 1) throw new CovidCtError('USAGE', `${seed} is no seed.`, { hint: 'A seed is a whole number of 32 bits.' });
  return seed;
}

/**
 * The track that the arguments ask for, with accepted corrections applied. The clean track needs the true duplicates:
 * they are looked for once, and kept in the workspace, unless `--audit` brings them; the legacy track is shown without them unless `--audit` is given.
 */
export async function openTrackFor(args: TrackArguments, context: CommandContext, release: Release): Promise<Track> {
  const name = args.track ?? (args.folds === undefined ? 'legacy' : 'clean');
  if (name === 'legacy' && args.folds !== undefined) throw new CovidCtError('USAGE', 'The legacy track has no folds.', { hint: 'Use --track clean --folds K.' });
  const seed = seedOf(args);
  const overlay = overlayOf(await readCorrections(correctionsPath(context.workspace, release), release));
  if (args.audit !== undefined) {
    const evidence = evidenceFromAudit(release, await readAuditJson(args.audit), overlay, args.audit);
    if (name === 'legacy') return legacyTrack(release, evidence);
    return args.folds === undefined ? cleanTrack(release, evidence, seed) : cleanFolds(release, evidence, args.folds, seed);
  }
  if (name === 'legacy') return legacyTrack(release);
  const evidence = await findEvidence(release, overlay, { progress: context.progress, signal: context.signal, keep: context.workspace.path('evidence') });
  return args.folds === undefined ? cleanTrack(release, evidence, seed) : cleanFolds(release, evidence, args.folds, seed);
}
