import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { proveBulk } from '../support/bulk-papers.ts';

it.runIf(process.platform === 'linux')('a batch that is killed goes on where it stopped, and a poisonous paper costs its own job alone (npm run accept:bulk-papers: 2,000)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'covid-ct-bulk-'));
  try {
    const proof = await proveBulk(folder, 9);
    expect(proof.violations).toEqual([]);
    expect(proof.seenMegabytes).toBeLessThan(1500);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
