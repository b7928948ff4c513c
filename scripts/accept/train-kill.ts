/**
 * Kills `covid-ct train scratch --sample`, or `covid-ct pretrain --sample`, with SIGKILL at random times and resumes it:
 * npm run accept:train-kill -- [KILLS] [SEED]      npm run accept:pretrain-kill -- [KILLS] [SEED]
 * Exits with 1 when the weights at the end are not those of an undisturbed training, bit for bit.
 */
import { fileURLToPath } from 'node:url';
import { runTrainKillLoop } from '../../tests/support/train-kill.ts';

const program = fileURLToPath(new URL('../../bin/covid-ct.js', import.meta.url));
const pretrains = process.argv[2] === 'pretrain';
const command = pretrains ? ['pretrain'] : ['train'];
const begin = pretrains ? [] : ['scratch'];
const [kills = 20, seed = 1] = process.argv.slice(pretrains ? 3 : 2).map(Number);
const started = performance.now();
const result = await runTrainKillLoop(
  (folder, how) => [program, ...command, ...(how === 'new' ? [...begin, '--sample', '--out', folder] : ['--resume', folder, '--release', 'sample'])],
  kills,
  seed,
);
for (const fault of result.faults) console.log(fault);
console.log(`${result.kills} kills, in epochs ${result.epochs.join(', ')}; ${result.finished} runs ended with the undisturbed weights, ${result.faults.length} faults; ${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = result.faults.length > 0 || result.finished === 0 ? 1 : 0;
