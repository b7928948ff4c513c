import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { canonicalJson, CovidCtError, createRandom, noProgress, sha256, writeFileAtomic, writeFolderAtomic, type Progress } from '../base/index.ts';
import { drawPhantomVolume, type Picture, type Volume } from '../imaging/index.ts';
import { decodePicture, openVolume } from '../imaging/node.ts';
import { allocate } from './allocation.ts';
import { chooseCases, type Candidate, type StudyCase } from './cases.ts';
import type { StudyKey } from './key.ts';
import { planHash } from './plan/read.ts';
import type { StudyPlan } from './plan/schema.ts';
import { openRecordLog } from './records/log.ts';
import { openFrameStore } from './stimuli/frames.ts';
import { placeOnSquare, renderPicture, renderVolume } from './stimuli/render.ts';

/** What pictures a plan on a release chooses from. */
export interface StudySource {
  /** For the record: which release, track and part. */
  readonly origin: string;
  readonly synthetic: boolean;
  readonly candidates: readonly Candidate[];
  read(name: string): Promise<Uint8Array>;
}

/** Options of {@link createStudy}. */
export interface CreateOptions {
  /** Where relative paths of volumes begin: the plan's folder. */
  readonly base: string;
  readonly now: () => Date;
  readonly version: string;
  readonly progress?: Progress;
}

async function volumeOf(plan: StudyPlan, one: StudyCase, base: string): Promise<Volume> {
  const { cases } = plan;
  if (cases.source === 'phantoms') {
    return drawPhantomVolume({ patient: Number(one.source.split(' ')[1]), lesions: one.positive ? 'opacities' : 'none', slices: cases.slices, thickness: 220 / cases.slices, width: cases.size, height: cases.size });
  }
  return openVolume(resolve(base, one.source));
}

/** The square that holds every volume of a study without scaling. */
async function sideOf(plan: StudyPlan, cases: readonly StudyCase[], base: string): Promise<number> {
  if (plan.cases.source === 'release') return plan.canvas;
  if (plan.cases.source === 'phantoms') return plan.cases.size;
  let side = 0;
  for (const one of cases) {
    const { columns, rows } = await volumeOf(plan, one, base);
    side = Math.max(side, columns, rows);
  }
  return side;
}

/** A seed of a case's own, the same in every arm. */
const seedOf = (plan: StudyPlan, caseIndex: number): number => Number.parseInt(sha256(`${plan.seed} ${caseIndex}`).slice(0, 7), 16);

/**
 * Makes a study's folder from its plan: chooses cases, allocates readings, makes every picture of every arm, begins the records. All of it is
 * there at the end, or nothing.
 * @param source pictures to choose from; wanted for plans on a release
 * @throws CovidCtError TARGET_EXISTS, or BAD_INPUT where the plan asks for what is not there
 */
export async function createStudy(plan: StudyPlan, folder: string, source: StudySource | undefined, options: CreateOptions): Promise<void> {
  const { base, now, version, progress = noProgress } = options;
  if (plan.cases.source === 'release' && source === undefined) throw new CovidCtError('USAGE', 'The plan chooses pictures of a release, and none was given.');
  const random = createRandom(plan.seed);
  const cases = chooseCases(plan, source?.candidates ?? [], random.fork('cases'));
  const allocation = allocate(plan, cases, random.fork('allocation'));
  const side = await sideOf(plan, cases, base);
  await writeFolderAtomic(folder, async (target) => {
    const frames = openFrameStore(target);
    const hashes: Record<string, string> = {};
    const keyed: StudyKey['cases'] = [];
    for (const [caseIndex, one] of cases.entries()) {
      progress({ label: 'Making pictures', done: caseIndex, total: cases.length });
      const seed = seedOf(plan, caseIndex);
      const picture: Picture | undefined = plan.cases.source === 'release' && source !== undefined ? await decodePicture(await source.read(one.source)) : undefined;
      const volume = picture === undefined ? await volumeOf(plan, one, base) : undefined;
      const slice = one.slice ?? (volume === undefined ? 0 : volume.slices >> 1);
      if (volume !== undefined && slice >= volume.slices) throw new CovidCtError('BAD_INPUT', `${one.source} has ${volume.slices} slices, and the plan shows slice ${slice}.`);
      for (const [arm, planned] of plan.arms.entries()) {
        let at = 0;
        const keep = async (frame: Uint8Array): Promise<void> => {
          hashes[`${caseIndex}-${arm}-${at}`] = await frames.put(caseIndex, arm, at, frame);
          at += 1;
        };
        if (picture !== undefined) await keep(await renderPicture(picture, planned, side, seed));
        if (volume !== undefined) for await (const frame of renderVolume(volume, planned, slice, side, seed)) await keep(frame);
      }
      const [width, height] = picture === undefined ? [volume?.columns ?? side, volume?.rows ?? side] : [picture.width, picture.height];
      keyed.push({
        label: one.label,
        positive: one.positive,
        source: one.source,
        ...(volume === undefined ? {} : { slice }),
        places: one.places.map((place) => placeOnSquare(place, width, height)),
        practice: one.practice,
        slices: volume?.slices ?? 1,
      });
    }
    progress({ label: 'Making pictures', done: cases.length, total: cases.length });
    const key: StudyKey = {
      secret: randomBytes(32).toString('hex'),
      cases: keyed,
      side,
      readers: plan.readers.map(({ id }) => ({ id, token: randomBytes(16).toString('hex') })),
      allocation: allocation.map((readings) => [...readings]),
      frames: hashes,
      origin: source?.origin ?? (plan.cases.source === 'phantoms' ? 'synthetic phantoms, drawn by covid-ct' : 'volumes named in the plan'),
      synthetic: source?.synthetic ?? plan.cases.source === 'phantoms',
    };
    await writeFileAtomic(join(target, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
    await writeFileAtomic(join(target, 'key.json'), canonicalJson(key));
    await chmod(join(target, 'key.json'), 0o600);
    const body = { plan: planHash(plan), key: sha256(canonicalJson(key)), cases: cases.filter(({ practice }) => !practice).length, version, origin: key.origin, synthetic: key.synthetic };
    await openRecordLog(target).append(() => ({ result: undefined, add: [{ kind: 'created', body, at: now() }] }));
  });
}

/** Where the folder of a study's plan is, for relative paths. */
export const baseOf = (planPath: string): string => dirname(resolve(planPath));
