import { noProgress, openWorkspace, pathExists } from '../../src/base/index.ts';
import { openBoards } from '../../src/cli/open-boards.ts';
import { openRelease } from '../../src/release/index.ts';
import { realPath } from '../../tests/support/real-release.ts';
import { divideRuns, readEpochCost, readPretrainings, readResult, readTestAccess, resultFolder } from './files.ts';
import { cutSelfTrans, plannedRuns } from './plan.ts';
import type { Results } from './render.ts';

/** Computes everything that docs/RESULTS.md says, from the predictions in results/ and the release in ../shared. */
export async function collectResults(): Promise<Results> {
  const { made, missing } = await divideRuns();
  const cut = cutSelfTrans(10).run;
  const names = [...made.map(({ name }) => name), ...((await pathExists(resultFolder(cut))) ? [cut] : [])];
  const release = await openRelease(realPath('release'));
  try {
    const workspace = openWorkspace();
    const audit = workspace.path('results-audit', 'audit.json');
    // Without an audit at hand the duplicates that the clean track needs are looked for again, which gives the same ones.
    const args = { featureControls: true, ...((await pathExists(audit)) ? { audit } : {}) };
    const context = { json: false, print: () => {}, printJson: () => {}, note: () => {}, progress: noProgress, workspace, signal: new AbortController().signal };
    const boards = names.length === 0 ? [] : await openBoards(names.map(resultFolder), args, context, release);
    return { boards, planned: plannedRuns, missing, runs: await Promise.all(names.map(readResult)), pretrainings: await readPretrainings(), access: await readTestAccess(), epochCost: await readEpochCost() };
  } finally {
    await release.close();
  }
}
