/**
 * Adds up vitest's JSON reports, names what was skipped or failed, and closes with `N passed, N failed, N skipped`.
 * Fails when a test failed, when a suite did not load, when nothing ran, or when the real inputs are there and a test
 * that needs them was skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

const folder = process.argv[2] ?? 'test-results';
/** A kind of tests, by its folder; its report is expected where it has any. */
const kinds = ['interop', 'browser'].filter((kind) => existsSync(`tests/${kind}`) && readdirSync(`tests/${kind}`).some((file) => file.endsWith('.test.ts')));
const expected = ['unit', ...kinds].map((kind) => `${kind}.json`);
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const skips: string[] = [];

for (const file of expected) {
  const path = join(folder, file);
  if (!existsSync(path)) {
    failures.push(`${file}: the test run left no report`);
    counts.failed += 1;
    continue;
  }
  for (const suite of reportSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).testResults) {
    if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')) {
      counts.failed += 1;
      failures.push(`${suite.name}: ${suite.message ?? 'did not load'}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') {
        counts.failed += 1;
        failures.push(test.fullName);
      } else {
        counts.skipped += 1;
        skips.push(test.fullName);
      }
    }
  }
}

for (const name of skips) console.log(`skipped: ${name}`);
for (const name of failures) console.log(`FAILED: ${name}`);
const sharedIsHere = existsSync('../shared/data');
const skippedReal = sharedIsHere ? skips.filter((name) => name.includes('../shared/')) : [];
if (skippedReal.length > 0) console.log(`FAILED: ../shared/data is there, and ${skippedReal.length} tests that need it were skipped`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || skippedReal.length > 0 || counts.passed === 0 ? 1 : 0;
