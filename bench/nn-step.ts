/**
 * Our half of bench/nn.ts: one kind of step, on request, in a process that does nothing else.
 *
 *     node bench/nn-step.ts NETWORK train|infer BATCH THREADS
 *
 * A line "step" on standard input runs one and answers with its milliseconds, those of the clock and those of the
 * processor; "memory" answers with the process's peak in kB; the end of input ends it.
 */
import { findArchitecture, freshState, stateDeclarations } from '../src/models/index.ts';
import { compileInference, compileTrainingStep, crossEntropy, InferenceModel, inputName, Scope, Tape, trace, Trainer, weightsOf } from '../src/nn/index.ts';
import { answer } from './answer.ts';

const [name = '', kind, batchText, threadsText] = process.argv.slice(2);
const [batch, threads] = [Number(batchText), Number(threadsText)];
const architecture = findArchitecture(name);
const options = { classes: 2 };
const shape = [batch, 3, 224, 224];
const images = Float32Array.from({ length: batch * 3 * 224 * 224 }, () => Math.random() * 2 - 1);

async function trainingStep(): Promise<() => Promise<unknown>> {
  const tape = new Tape();
  const { logits } = architecture.network(options)(new Scope(tape, { training: true }), tape.input(inputName, shape));
  const program = compileTrainingStep(tape, crossEntropy(logits, tape.input('target', [batch], 'int64')));
  const trainer = await Trainer.create(program, freshState(architecture, options, 1), { optimiser: { kind: 'adam' }, rate: { rate: 1e-4 }, seed: 1, threads });
  const target = BigInt64Array.from({ length: batch }, (_, i) => BigInt(i % 2));
  return () => trainer.step([{ [inputName]: images, target }]);
}

async function inference(): Promise<() => Promise<unknown>> {
  const { tape, output } = trace(architecture.network(options), shape, { training: false });
  const onnx = compileInference(tape, { logits: output.logits }, weightsOf(stateDeclarations(architecture, options), freshState(architecture, options, 1)));
  const model = await InferenceModel.load(onnx, { threads });
  return () => model.run({ [inputName]: { shape, data: images } });
}

const step = await (kind === 'train' ? trainingStep() : inference());
await answer(async () => {
  await step();
  return undefined;
});
