import { describe, expect, it } from 'vitest';
import { fuzz, fuzzSubjects, recordedSubjects, runsAtAll } from '../support/fuzz/subjects.ts';

const subjects = [...(await fuzzSubjects(24)), ...recordedSubjects()];

describe('mutated files are refused by the place of the damage, or load what they held (npm run accept:fuzz-checkpoints tries large ones)', () => {
  it.each(subjects.map((subject) => [subject.name, subject] as const))('%s', async (_, subject) => {
    const outcome = await fuzz(subject, 1000, 7);
    expect(outcome.violations).toEqual([]);
    expect(outcome.targeted).toBeGreaterThan(400);
    expect(outcome.refused).toBeGreaterThanOrEqual(outcome.targeted);
    expect(outcome.slowestMilliseconds).toBeLessThan(2000);
  });

  it('the ONNX file that is mutated is one that the runtime takes', async () => {
    const onnx = subjects.find(({ name }) => name === 'ONNX');
    expect(onnx !== undefined && (await runsAtAll(onnx))).toBe(true);
  });

  it('a loader that takes everything is found out', async () => {
    const [first] = subjects;
    const careless = { name: 'careless', file: first?.file ?? { bytes: new Uint8Array(8), header: [0] }, load: async (bytes: Uint8Array) => String(bytes.length) };
    expect((await fuzz(careless, 50, 7)).violations.length).toBeGreaterThan(20);
  });
});
