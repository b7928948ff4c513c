import type { Picture } from '../../imaging/index.ts';
import type { ReleaseClaims } from '../types.ts';
import { packZip } from '../pack-zip.ts';
import { drawSamplePicture, encodeSamplePicture } from './draw.ts';
import { planSample } from './plan.ts';
import { sampleLists, sampleTable, sampleWorkbook } from './tables.ts';
import type { PlantedDefect } from './types.ts';

/** The embedded sample: a synthetic release, drawn. */
export interface Sample {
  /** In upstream's layout, by path; `openMemoryTree` opens them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Every defect in it; the audit is to find these and nothing else. */
  readonly planted: readonly PlantedDefect[];
  /** What the sample claims of itself. */
  readonly claims: ReleaseClaims;
}

/** The name under which the sample shows wherever it shows. */
export const sampleName = 'synthetic sample';

/** The seed of the sample that the project embeds. */
export const sampleSeed = 2020;

/**
 * Draws a synthetic release in upstream's layout: phantoms, invented papers, patients and captions, and one planted instance of
 * every defect that the audit knows. It holds no picture of a person. The same seed gives the same bytes.
 */
export async function drawSample(seed: number = sampleSeed): Promise<Sample> {
  const plan = planSample(seed);
  const drawn = new Map<string, Picture>();
  const archives = { COVID: new Map<string, Uint8Array>(), NonCOVID: new Map<string, Uint8Array>() };
  for (const image of plan.images) {
    const picture = await drawSamplePicture(image, drawn, seed);
    drawn.set(`${image.label}/${image.name}`, picture);
    archives[image.label].set(`CT_${image.label}/${image.name}`, await encodeSamplePicture(image, picture));
  }
  archives.NonCOVID.set('CT_NonCOVID/notes.txt', Buffer.from('Synthetic. This text stands among the pictures on purpose.\n'));
  const files = new Map<string, Uint8Array>([
    ['Images-processed/CT_COVID.zip', await packZip(archives.COVID)],
    ['Images-processed/CT_NonCOVID.zip', await packZip(archives.NonCOVID)],
    ...sampleLists(plan),
    ['COVID-CT-MetaInfo.xlsx', await sampleWorkbook(plan)],
    ['NonCOVID-CT-MetaInfo.csv', sampleTable(plan)],
  ]);
  return { files, planted: plan.planted, claims: plan.claims };
}
