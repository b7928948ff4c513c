/**
 * Whether labels can be told from sizes and times of what a reader is sent: a study of 40 cases in three arms, pictures of a release or synthetic
 * slices, read by two; a rule is learnt from one reader's answers and tried on the other's. Each AUC's interval of 95 % is to hold 0.5, where one in twenty
 * does not by chance alone.
 *   npm run accept:blind [-- --release ../shared/data/covid-ct/release]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startReadingServer } from '../../src/server/index.ts';
import { openStudy } from '../../src/study/index.ts';
import { responseLeak } from '../../tests/support/response-leak.ts';
import { runProgram } from '../../tests/support/run-program.ts';

const { values } = parseArgs({ options: { release: { type: 'string' } } });
const plan = `covidCtStudy: 1
id: blind
title: Sizes and times
question: Do sizes and times tell labels?
seed: 5
cases: ${values.release === undefined ? '{ source: phantoms, positives: 20, negatives: 20, slices: 1, size: 256 }' : '{ source: release, perLabel: { COVID: 20, NonCOVID: 20 }, onePer: image }'}
canvas: 384
arms: ${values.release === undefined ? '[{ id: units, view: slice, hounsfield: true }, { id: window, view: slice }, { id: jpeg, view: slice, paper: { quality: 50 } }]' : '[{ id: original }, { id: jpeg, steps: [{ degradation: jpeg, strength: 0.7 }] }, { id: photo, steps: [{ degradation: phone-photo, strength: 0.6 }] }]'}
design: { kind: fully-crossed, washOutDays: 0 }
rating: { kind: scale }
readers: [{ id: learnt }, { id: tried }]
`;

const folder = await mkdtemp(join(tmpdir(), 'covid-ct-blind-'));
try {
  await writeFile(join(folder, 'plan.yaml'), plan);
  const { code, stderr } = await runProgram(['study', 'new', join(folder, 'plan.yaml'), '--out', join(folder, 'study'), '--workspace', join(folder, 'workspace'), ...(values.release === undefined ? [] : ['--release', values.release])]);
  if (code !== 0) throw new Error(stderr);
  const study = await openStudy(join(folder, 'study'));
  const server = await startReadingServer({ study, host: '127.0.0.1', port: 0, web: null, log: () => undefined });
  try {
    const leaks = await responseLeak(study, server.address.replace(/\/$/, ''), 0.95);
    for (const { what, auc } of leaks) console.log(`${what}: AUC ${auc.estimate.toFixed(3)} (${auc.low.toFixed(3)} to ${auc.high.toFixed(3)})`);
    const together = leaks.at(-1)?.auc;
    const met = together !== undefined && together.low <= 0.5 && together.high >= 0.5;
    console.log(`all together, 40 cases in three arms: ${met ? 'labels are not told: met' : 'not met'}`);
    if (!met) process.exitCode = 1;
  } finally {
    await server.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
