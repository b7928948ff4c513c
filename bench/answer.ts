import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Our side of a {@link Peer}: says that it is ready, then does the work for each line "step", and answers with its milliseconds, those of
 * the clock and those of the processor, and what the work gave; for "memory" with the process's peak in kB. Ends with its input.
 */
export async function answer(work: () => Promise<number | undefined>): Promise<void> {
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'memory') {
      console.log(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 'NaN');
      continue;
    }
    const [start, before] = [performance.now(), process.cpuUsage()];
    const given = await work();
    const { user, system } = process.cpuUsage(before);
    console.log(performance.now() - start, (user + system) / 1000, given ?? '');
  }
  process.exit(0);
}
