/** Time and memory of opening the embedded database, new and old, a process each: node bench/store.ts */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../', import.meta.url).href;
const measure = `
const { openWorkspace } = await import('${root}src/base/index.ts');
const { openStore } = await import('${root}src/store/index.ts');
const started = performance.now();
const store = await openStore(openWorkspace(process.argv[1]), { databaseUrl: '' });
const wall = performance.now() - started;
await store.close();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ wall, cpu: (userCPUTime + systemCPUTime) / 1e3, peak: maxRSS / 1024 }));
`;

console.log('database   wall s   processor s (whole process)   peak MB');
for (let round = 0; round < 3; round++) {
  const folder = mkdtempSync(join(tmpdir(), 'covid-ct-bench-store-'));
  try {
    for (const state of ['new', 'old']) {
      const { wall, cpu, peak } = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', measure, folder], { encoding: 'utf8' })) as { wall: number; cpu: number; peak: number };
      console.log(`${state.padEnd(9)} ${(wall / 1000).toFixed(2).padStart(7)} ${(cpu / 1000).toFixed(2).padStart(13)} ${Math.round(peak).toString().padStart(25)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
