import { createRandom } from '../../base/index.ts';
import { aucClusterBootstrap, aucDelong, rocAuc, type ClusteredScore } from '../../statistics/index.ts';
import { controls, meaningfulAuc, trainControl } from '../controls/index.ts';
import { defect } from '../codes.ts';
import { measurements, type Measurement } from '../measurements.ts';
import type { Check, CheckTable, Defect } from '../types.ts';

/** Fewer test pictures of a label than this give no interval worth the name. */
const fewest = 5;

const two = (value: number): string => value.toFixed(2);

/**
 * How well the label can be told from what is not lung: each control is trained on the published train and val lists and
 * judged on the published test list. The interval is a bootstrap over patients, since one patient's pictures are not
 * independent.
 */
export const shortcuts: Check = {
  name: 'shortcuts',
  title: 'How well the label can be told from what is not lung',
  run: async (context) => {
    const { release, seed } = context;
    const [positive] = release.labels;
    const measured = await measurements(context);
    const isPositive = (one: Measurement) => one.image.label === positive;
    const train = measured.filter((one) => one.image.split === 'train' || one.image.split === 'val');
    const test = measured.filter((one) => one.image.split === 'test');
    const enough = (set: readonly Measurement[]) => Math.min(set.filter(isPositive).length, set.filter((one) => !isPositive(one)).length) >= fewest;
    const note = `A random forest of 40 trees for each control, trained on train and val (${train.length} images), AUC on test (${test.length}), ${positive ?? ''} positive; 95 % intervals: bootstrap over patients (2,000 draws), DeLong; seed ${seed}.`;
    const columns = ['control', 'sees', 'AUC', 'low', 'high', 'DeLong low', 'DeLong high'];
    if (release.labels.length !== 2 || !enough(train) || !enough(test)) {
      const why = `Not run: needs two labels, and ${fewest} readable images of each in train or val and in test.`;
      return { defects: [], tables: [{ title: 'Control baselines', note: why, columns, rows: [] }] };
    }
    const defects: Defect[] = [];
    const rows: (string | number | null)[][] = [];
    for (const [done, control] of controls.entries()) {
      context.progress({ label: 'Training the controls', done, total: controls.length });
      const model = trainControl(train.map((one) => ({ features: one.controls[control.name], positive: isPositive(one) })), seed);
      const scores = model.score(test.map((one) => one.controls[control.name]));
      const cases: ClusteredScore[] = test.map((one, i) => ({ positive: isPositive(one), score: scores[i] ?? 0, cluster: one.image.patient ?? one.image.id }));
      const interval = aucClusterBootstrap(cases, { random: createRandom(seed).fork(control.name) });
      const delong = aucDelong(cases);
      rows.push([control.name, control.title, ...[interval.estimate, interval.low, interval.high, delong.low, delong.high].map((value) => Math.round(value * 1000) / 1000)]);
      if (interval.low <= meaningfulAuc) continue;
      const strongest = control.features
        .map((feature, i) => ({ feature, auc: rocAuc(cases.map((one, k) => ({ positive: one.positive, score: test[k]?.controls[control.name][i] ?? 0 }))) }))
        .toSorted((a, b) => Math.abs(b.auc - 0.5) - Math.abs(a.auc - 0.5))
        .slice(0, 3);
      defects.push(
        defect(control.code, {
          evidence: `${control.title}: AUC ${two(interval.estimate)} (95 % ${two(interval.low)} to ${two(interval.high)}) on the ${test.length} test images; alone, ${strongest.map(({ feature, auc }) => `"${feature}" has ${two(auc)}`).join(', ')}.`,
          suggestion: { action: 'look', what: 'Report this control beside every figure: what a model gains over it is what it may have learned of disease.' },
        }),
      );
    }
    context.progress({ label: 'Training the controls', done: controls.length, total: controls.length });
    const table: CheckTable = { title: 'Control baselines', note, columns, rows };
    return { defects, tables: [table] };
  },
};
