import { readFile } from 'node:fs/promises';
import { baseOf, createStudy, openStudy, readPlan, studyFolder, summariseStudy, type StudyPlan, type StudySource } from '../../study/index.ts';
import type { CommandContext } from '../command.ts';
import { openReleaseFor, type ReleaseArguments } from '../open-release.ts';
import { openTrackFor, type TrackArguments } from '../open-track.ts';
import { packageVersion } from '../version.ts';

type ReleaseCases = Extract<StudyPlan['cases'], { source: 'release' }>;

async function withSource<T>(cases: ReleaseCases, args: ReleaseArguments & TrackArguments, context: CommandContext, use: (source: StudySource) => Promise<T>): Promise<T> {
  const release = await openReleaseFor(args, context);
  try {
    const track = await openTrackFor({ ...args, track: cases.track }, context, release);
    const images = track.images.filter(({ part }) => cases.part === undefined || part === cases.part);
    return await use({
      origin: `${release.name}, ${cases.track} track${cases.part === undefined ? '' : `, ${cases.part}`}`,
      synthetic: release.synthetic,
      candidates: images.map(({ image, label }) => ({ name: image.name, label, patient: image.patient, paper: image.paper })),
      read: async (name) => {
        const found = images.find(({ image }) => image.name === name);
        if (found === undefined) throw new Error(`${name} is not in the track`);
        return release.bytes(found.image);
      },
    });
  } finally {
    await release.close();
  }
}

/** `study new PLAN`: makes the study and prints how to go on. */
export async function newStudy(planPath: string, args: ReleaseArguments & TrackArguments & { readonly out?: string | undefined }, context: CommandContext): Promise<number> {
  const plan = readPlan(await readFile(planPath, 'utf8'), planPath);
  const folder = args.out ?? studyFolder(context.workspace, plan.id);
  const options = { base: baseOf(planPath), now: () => new Date(), version: packageVersion(), progress: context.progress };
  if (plan.cases.source === 'release') await withSource(plan.cases, args, context, (source) => createStudy(plan, folder, source, options));
  else await createStudy(plan, folder, undefined, options);
  const summary = await summariseStudy(await openStudy(folder));
  context.print(`Study ${plan.id}: ${summary.cases} cases, ${summary.arms} arms, ${summary.readers.length} readers, ${summary.readers.reduce((sum, { total }) => sum + total, 0)} readings to make${summary.synthetic ? '; the cases are synthetic' : ''}.`);
  context.print(`Folder: ${folder}`);
  context.print(`Links for the readers: covid-ct study invite ${args.out ?? plan.id}`);
  context.printJson({ folder, ...summary });
  return 0;
}
