/**
 * Kills a curator (submitting, accepting, cropping, splitting, releasing) with SIGKILL at random points, again and again in one workspace:
 *   npm run accept:curation-kill -- [POINTS] [SEED]
 * Exits with 1 when anything that was confirmed is lost, half there, or altered.
 */
import { runCurationKillLoop } from '../../tests/support/curation-kill.ts';

const points = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const started = performance.now();
const { confirmed, whileOpening, faults } = await runCurationKillLoop(points, seed, console.log);
for (const fault of faults) console.log(fault);
const deeds = Object.entries(confirmed).map(([did, count]) => `${count} ${did}`);
console.log(`${points} kills, ${whileOpening} of them while the database was opening; confirmed before them: ${deeds.join(', ')}; ${faults.length} faults; ${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = faults.length > 0 || deeds.length === 0 ? 1 : 0;
