/**
 * What the audit of the real release costs: `npm run accept:audit-cost`. Runs the command in a process of its own and prints
 * seconds and peak memory, with the bounds of the issue beside them (45 s, 1 GB); exit 1 when one is passed.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatBytes } from '../../src/base/index.ts';

const bounds = { seconds: 45, bytes: 1_000_000_000 };
const shared = process.env['COVID_CT_SHARED'] ?? fileURLToPath(new URL('../../../shared/', import.meta.url));
const release = process.argv[2] ?? join(shared, 'data/covid-ct');
const out = await mkdtemp(join(tmpdir(), 'covid-ct-audit-cost-'));
const source = `
import { main } from ${JSON.stringify(new URL('../../src/cli/main.ts', import.meta.url).href)};
const code = await main(['audit', '--release', ${JSON.stringify(release)}, '--out', ${JSON.stringify(out)}]);
process.send({ code, kilobytes: process.resourceUsage().maxRSS });`;

interface Report {
  readonly code: number;
  readonly kilobytes: number;
}

try {
  const started = performance.now();
  const report = await new Promise<Report>((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let said: Report | undefined;
    child.on('message', (message: Report) => {
      said = message;
      child.disconnect();
    });
    child.on('error', reject);
    child.on('exit', () => (said === undefined ? reject(new Error('the audit did not end')) : resolve(said)));
  });
  const seconds = (performance.now() - started) / 1000;
  const bytes = report.kilobytes * 1024;
  const html = (await stat(join(out, 'audit.html'))).size;
  const fits = seconds <= bounds.seconds && bytes <= bounds.bytes && report.code <= 1;
  console.log(`\naudit of ${release}: ${seconds.toFixed(1)} s (bound ${bounds.seconds} s), peak ${formatBytes(bytes)} (bound ${formatBytes(bounds.bytes)}), report ${formatBytes(html)}: ${fits ? 'fits' : 'TOO MUCH'}`);
  process.exitCode = fits ? 0 : 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
