import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openModel } from '../../src/models/index.ts';
import { cardFromMetadata } from '../../src/models/inference.ts';
import { cardFor, exportRuleModel } from '../support/exported-model.ts';
import { ruleTensor, unpack } from '../support/rule.ts';

const python = process.env['COVID_CT_PYTHON'] ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('run_onnx.py', import.meta.url));

const answerSchema = z.object({
  shapes: z.record(z.string(), z.array(z.union([z.string(), z.int()]))),
  metadata: z.record(z.string(), z.string()),
  runs: z.record(z.string(), z.record(z.string(), z.string())),
});

/** Largest absolute difference. */
function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return Number.isNaN(most) ? Infinity : most;
}

const names = ['densenet121', 'resnet18', 'efficientnet_lite0', 'efficientnet_b0'] as const;
const size = 64;
const tensor = ruleTensor([8, 3, size, size], 4);

describe('exported models in Python: onnx and onnxruntime', () => {
  let folder: string;
  const models = new Map<string, Uint8Array<ArrayBuffer>>();
  const answers = new Map<string, z.infer<typeof answerSchema>>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covid-ct-onnx-'));
    for (const name of names) {
      const onnx = await exportRuleModel(name, size, { explain: true });
      models.set(name, onnx);
      await writeFile(join(folder, `${name}.onnx`), onnx);
    }
    await writeFile(join(folder, 'tensor'), tensor);
    const { stdout } = await promisify(execFile)(python, [script, join(folder, 'tensor'), String(size), ...names.map((name) => join(folder, `${name}.onnx`))], { maxBuffer: 1 << 28 });
    stdout.trim().split('\n').forEach((line, i) => answers.set(names[i] ?? '', answerSchema.parse(JSON.parse(line))));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(names)('%s: valid, its batch is N, and the same numbers (≤ 1e-4) for batches of 1, 3 and 8 as in Node', async (name) => {
    const { shapes, metadata, runs } = answerSchema.parse(answers.get(name));
    expect(shapes).toMatchObject({ input: ['N', 3, size, size], logits: ['N', 2], probabilities: ['N', 2], input_gradient: ['N', 3, size, size] });
    expect(shapes['gradcam']?.slice(0, 2)).toEqual(['N', 2]);
    expect(cardFromMetadata(metadata)).toEqual(cardFor(name, size));
    const { model } = await openModel(models.get(name) ?? new Uint8Array());
    const numbers = 3 * size * size;
    for (const [from, count] of [[0, 1], [1, 3], [0, 8]] as const) {
      const ours = await model.run({ input: { shape: [count, 3, size, size], data: tensor.slice(from * numbers, (from + count) * numbers) } });
      for (const [output, { data }] of Object.entries(ours)) {
        const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        // Scores to 1e-4 as they are; maps and gradients, which have no fixed range, as a share of their largest number.
        const scale = output === 'gradcam' || output === 'input_gradient' ? largest : 1;
        expect(farthest(unpack(runs[String(count)]?.[output] ?? ''), data) / scale, `${output}, batch of ${count}`).toBeLessThanOrEqual(1e-4);
      }
    }
    await model.close();
  });
});
