import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CovidCtError, systemErrorCode } from '../../base/index.ts';
import type { Degradation } from '../../imaging/index.ts';
import type { TrackImage } from '../../splits/index.ts';
import { conditionsOf, keyOf } from './conditions.ts';
import type { ConditionScores } from './scores.ts';

const recordedScoresSchema = z.strictObject({
  /** The run's id. */
  run: z.string(),
  /** Ids of the images, in the order of the scores. */
  images: z.array(z.string()),
  /** Probabilities of COVID by condition, `clean` or a degradation and its strength, one an image. */
  scores: z.record(z.string(), z.array(z.number())),
});

/** Scores of a run's test images, clean and degraded, that are kept where its weights are not. */
export type RecordedScores = z.infer<typeof recordedScoresSchema>;

/** Reads them. @throws CovidCtError NOT_FOUND, BAD_TABLE */
export async function readRecordedScores(path: string): Promise<RecordedScores> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') throw new CovidCtError('NOT_FOUND', `There are no scores at ${path}.`, { cause: error });
    throw error;
  });
  try {
    const recorded = recordedScoresSchema.parse(JSON.parse(text));
    const short = Object.entries(recorded.scores).find(([, scores]) => scores.length !== recorded.images.length);
    if (short !== undefined) throw new Error(`${short[0]} has ${short[1].length} scores of ${recorded.images.length} images`);
    return recorded;
  } catch (error) {
    throw new CovidCtError('BAD_TABLE', `${path} holds no scores of degraded images: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}.`, { hint: 'npm run results:robustness makes such a file.', cause: error });
  }
}

/**
 * Recorded scores, as if they were made now.
 * @param images of the track's part that was scored
 * @throws CovidCtError BAD_TABLE where an image or a condition is missing
 */
export function conditionScoresOf({ images: ids, scores }: RecordedScores, images: readonly TrackImage[], degradations: readonly Degradation[]): ConditionScores {
  const byId = new Map(images.map((entry) => [entry.image.id, entry]));
  const strange = ids.find((id) => !byId.has(id));
  if (strange !== undefined) throw new CovidCtError('BAD_TABLE', `Scores were recorded of ${strange}, which is not among the ${images.length} images.`, { hint: 'They are of another track, another part or another release.' });
  const { clean, ...degraded } = scores;
  const missing = conditionsOf(degradations).map(keyOf).filter((key) => !(key in degraded));
  if (clean === undefined || missing.length > 0) throw new CovidCtError('BAD_TABLE', `No scores were recorded of ${clean === undefined ? 'the clean images' : missing.join(', ')}.`, { hint: 'Make them again: npm run results:robustness' });
  return { images: ids.flatMap((id) => byId.get(id) ?? []), clean, degraded: new Map(Object.entries(degraded)), unread: [] };
}
