import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256, writeFileAtomic, type Progress } from '../../base/index.ts';
import type { Release } from '../../release/index.ts';
import { featureControls, featureControlNames, type ControlScores, type ControlTask } from './feature-controls.ts';

/** Raised when the controls change, so that older scores are made anew. */
const edition = 1;

const keptSchema = z.array(z.strictObject({ name: z.enum(featureControlNames), title: z.string(), scores: z.array(z.number().min(0).max(1)) }));

/** A hash of all that the scores depend on: which image with which bytes and label is learned from or judged. */
async function identityOf(release: Release, tasks: readonly ControlTask[]): Promise<string> {
  const hashes = new Map<string, string>();
  for (const { image } of tasks.flatMap(({ train, test }) => [...train, ...test])) {
    if (!hashes.has(image.id)) hashes.set(image.id, sha256(await release.bytes(image).catch(() => new Uint8Array())));
  }
  const lines = tasks.flatMap((task, at) => (['train', 'test'] as const).flatMap((part) => task[part].map(({ image, label }) => `${at} ${part} ${label} ${image.id} ${hashes.get(image.id) ?? ''}`)));
  return sha256([`covid-ct feature controls ${edition}`, ...lines].join('\n'));
}

/**
 * The controls that need no network, as {@link featureControls} makes them, kept in a folder: every run and board of one track asks for the
 * same ones. A file that cannot be read is made anew.
 */
export async function keptControls(
  release: Release,
  tasks: readonly ControlTask[],
  folder: string,
  options: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<readonly ControlScores[]> {
  const path = join(folder, `${(await identityOf(release, tasks)).slice(0, 16)}.json`);
  const entries = tasks.flatMap(({ test }) => test);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const kept = text === undefined ? undefined : keptSchema.safeParse(parse(text)).data;
  if (kept?.every(({ scores }) => scores.length === entries.length) === true) {
    return kept.map(({ name, title, scores }) => ({ name, title, predictions: entries.map((entry, i) => ({ entry, score: scores[i] ?? 0.5 })) }));
  }
  const made = await featureControls(release, tasks, options);
  await writeFileAtomic(path, `${JSON.stringify(made.map(({ name, title, predictions }) => ({ name, title, scores: predictions.map(({ score }) => score) })))}\n`);
  return made;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
