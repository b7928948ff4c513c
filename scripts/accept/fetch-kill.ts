/**
 * Kills `covid-ct fetch` with SIGKILL at random points and resumes it: npm run accept:fetch-kill -- [POINTS] [SEED]
 * Exits with 1 when a kill left half a release, or bytes that were here were fetched again.
 */
import { runKillLoop } from '../../tests/support/kill-loop.ts';

const points = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const started = performance.now();
const result = await runKillLoop(points, seed);
for (const fault of result.faults) console.log(fault);
console.log(
  `${result.points} kills, ${result.hits} hit a running fetch, ${result.midFile} in the middle of a file; ` +
    `${result.keptBytes} bytes were here, ${result.sentAgain} of them were sent again; ${result.faults.length} faults; ${Math.round((performance.now() - started) / 1000)} s`,
);
process.exitCode = result.faults.length > 0 || result.sentAgain > 0 || result.hits === 0 ? 1 : 0;
