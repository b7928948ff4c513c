import { noProgress, openWorkspace, pathExists } from '../../src/base/index.ts';
import { openBoards } from '../../src/cli/open-boards.ts';
import { openRelease } from '../../src/release/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { divideRuns, readEpochCost, readPretrainings, readResult, readTestAccess, resultFolder } from './files.ts';
import { cutSelfTrans, plannedRuns, searchedRuns } from './plan.ts';
import type { Results } from './render.ts';
import { candidates } from './search/candidates.ts';
import { readLedger, standingOf } from './search/ledger.ts';

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
    return { boards, planned: plannedRuns, missing, runs: await Promise.all(names.map(readResult)), pretrainings: await readPretrainings(), access: await readTestAccess(), epochCost: await readEpochCost(), search: standingOf(candidates, await readLedger()) };
  } finally {
    await release.close();
  }
}
