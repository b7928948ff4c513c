/** Lists which of the runs that docs/RESULTS.md needs are missing: npm run results:missing. Exits with 1 while there are any. */
import { divideRuns } from './files.ts';
import { plannedRuns } from './plan.ts';

const { missing } = await divideRuns();
for (const { name } of missing) console.log(name);
console.log(`${missing.length} of ${plannedRuns.length} runs are missing.`);
process.exitCode = missing.length === 0 ? 0 : 1;
