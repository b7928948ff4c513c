import { noProgress, openWorkspace, pathExists } from '../../src/base/index.ts';
import { conditionScoresOf, degradationsOf, findSubmissions, judgeAttention, judgeRobustness, type AttendedImage } from '../../src/benchmark/index.ts';
import { openBoards } from '../../src/cli/open-boards.ts';
import { openSlices } from '../../src/cli/open-slices.ts';
import { openRelease, type Release } from '../../src/release/index.ts';
import { legacyTrack } from '../../src/splits/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { divideRuns, readAttention, readEpochCost, readPretrainings, readResult, readRobustnessScores, readTestAccess, resultFolder } from './files.ts';
import { cutSelfTrans, plannedRuns, searchedRuns, type PlannedRun } from './plan.ts';
import type { AttentiveRun } from './render-attention.ts';
import type { RobustRun } from './render-loss.ts';
import type { Results } from './render.ts';
import { candidates } from './search/candidates.ts';
import { readLedger, standingOf } from './search/ledger.ts';

/** Calls at a threshold are not shown. */
const noThreshold = 0.5;

/** What degradations do to the runs on the published lists whose scores were made. */
async function collectRobustness(made: readonly PlannedRun[], release: Release): Promise<readonly RobustRun[]> {
  const degradations = degradationsOf();
  const { images } = legacyTrack(release);
  const found: RobustRun[] = [];
  for (const { name, track } of made) {
    const kept = track === 'legacy' ? await readRobustnessScores(name) : undefined;
    if (kept === undefined) continue;
    const robustness = judgeRobustness(conditionScoresOf(kept, images, degradations), degradations, release.labels, release.labels[0] ?? '', noThreshold);
    found.push({ name, degradations, robustness });
  }
  return found;
}

/** Where the runs on the published lists looked, of those that were explained. */
async function collectAttention(made: readonly PlannedRun[], release: Release): Promise<readonly AttentiveRun[]> {
  const byId = new Map(legacyTrack(release).images.map((entry) => [entry.image.id, entry]));
  const found: AttentiveRun[] = [];
  for (const { name, track } of made) {
    const kept = track === 'legacy' ? await readAttention(name) : undefined;
    if (kept === undefined) continue;
    const images = kept.images.map(({ image, outcome, outside, abstained, marks, planted }): AttendedImage => ({
      entry: byId.get(image) ?? lost(`${name} explained ${image}, which the published lists do not have.`, 'attention'),
      outcome, outside: outside ?? abstained ?? undefined, marks: marks ?? undefined, planted: planted ?? undefined,
    }));
    found.push({ name, groups: judgeAttention(images, release.labels, release.labels[0] ?? '') });
  }
  return found;
}

function lost(why: string, command: string): never {
  throw new Error(`${why} Make it again: npm run results:${command}`);
}

/** Computes everything that docs/RESULTS.md says, from the predictions in results/ and the release in ../shared. */
export async function collectResults(): Promise<Results> {
  const { made, missing } = await divideRuns();
  const further = [cutSelfTrans(10).run, ...searchedRuns.map(({ name }) => name)];
  const there = await Promise.all(further.map((name) => pathExists(resultFolder(name))));
  const names = [...made.map(({ name }) => name), ...further.filter((_, i) => there[i] === true)];
  const release = await openRelease(realPath('release'));
  try {
    const workspace = openWorkspace();
    const audit = workspace.path('results-audit', 'audit.json');
    // Without an audit at hand the duplicates that the clean track needs are looked for again, which gives the same ones.
    const args = { featureControls: true, alsoTracks: [{ name: 'legacy', seed: null, folds: null }] as const, ...((await pathExists(audit)) ? { audit } : {}) };
    const context = { json: false, print: () => {}, printJson: () => {}, note: () => {}, progress: noProgress, workspace, signal: new AbortController().signal };
    const boards = await openBoards(names.map(resultFolder), args, context, release);
    const folds = await findSubmissions(made.filter(({ fold }) => fold !== undefined).map(({ name }) => resultFolder(name)));
    const { models: slices } = await openSlices(folds, args, release.labels[0] ?? '', context, release);
    return { boards, slices, robust: await collectRobustness(made, release), attentive: await collectAttention(made, release), planned: plannedRuns, missing, runs: await Promise.all(names.map(readResult)), pretrainings: await readPretrainings(), access: await readTestAccess(), epochCost: await readEpochCost(), search: standingOf(candidates, await readLedger()) };
  } finally {
    await release.close();
  }
}
