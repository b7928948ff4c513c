import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { writeFileAtomic } from '../../src/base/index.ts';
import { formatPredictions } from '../../src/benchmark/index.ts';
import { openRelease } from '../../src/release/index.ts';
import { runInProcess } from '../support/run-in-process.ts';
import { describeReal, realPath } from '../support/real-release.ts';

const figure = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
const document = z.object({
  boards: z.array(z.object({ n: z.number(), bestControl: z.string(), rows: z.array(z.object({ kind: z.string(), name: z.string(), metrics: z.object({ auc: figure }), overlapsBestControl: z.boolean().nullable() })) })),
});

describeReal('a board of the real release', ['release'], () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-real-board-'));
    const release = await openRelease(realPath('release'));
    const rows = release.images.filter(({ split }) => split === 'test').map(({ name, label }, i) => ({ image: name, score: (i % 10) / 20 + (label === 'COVID' ? 0.3 : 0) }));
    await writeFileAtomic(join(folder, 'made-up.csv'), formatPredictions(rows));
    await release.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("has the audit's controls with the audit's figures, the printed results, and marks those that a header reaches", async () => {
    const { stdout, code } = await runInProcess(['board', folder, '--release', realPath('release'), '--workspace', join(folder, 'w'), '--json']);
    expect(code).toBe(0);
    const [board] = document.parse(JSON.parse(stdout)).boards;
    expect([board?.n, board?.bestControl]).toEqual([203, 'header']);
    const row = (name: string) => board?.rows.find((one) => one.name === name);
    // docs/AUDIT.md has the same, from covid-ct audit --check shortcuts.
    expect(row('header')?.metrics.auc).toMatchObject({ value: expect.closeTo(0.954, 3), low: expect.closeTo(0.892, 2), high: expect.closeTo(0.994, 2) });
    expect(row('border')?.metrics.auc.value).toBeCloseTo(0.768, 3);
    expect(row('marks')?.metrics.auc.value).toBeCloseTo(0.68, 3);
    expect(row('Self-Trans, DenseNet-169')).toMatchObject({ kind: 'published', overlapsBestControl: true });
    expect(row('DenseNet-169, ImageNet')?.overlapsBestControl).toBe(true);
  });
});
