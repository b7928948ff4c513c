import { readFileSync } from 'node:fs';
import { createRandom, CovidCtError } from '../../../src/base/index.ts';
import { exportModel, openModel, readModelCard, type Architecture } from '../../../src/models/index.ts';
import {
  adaptiveAveragePool2d, batchNorm2d, conv2d, declarations, flatten, initialState, linear, NnError, readSafetensors, readTorchFile, relu, stateDictOf, trace, weightsOf, writeSafetensors, type Declaration, type StateDict,
} from '../../../src/nn/index.ts';
import { cardFor } from '../exported-model.ts';
import { mutate, type Mutation } from './mutations.ts';
import { writeLegacyTorch, writeZipTorch, type WrittenFile } from './torch-writer.ts';

/** A kind of file that is read from outside. */
export interface Subject {
  readonly name: string;
  readonly file: WrittenFile;
  /** Loads it as the program does, and gives the names, types and shapes that it holds. Throws where it is refused. */
  readonly load: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;
}

/** A small network; `width` makes its files as large as a test wants them. */
function tiny(width: number): Architecture {
  return {
    name: 'tiny',
    title: 'Tiny',
    inputSize: 16,
    leastSize: 16,
    head: ['fc.weight', 'fc.bias'],
    stem: 'conv.weight',
    network: ({ classes }) => (scope, input) => {
      const features = relu(batchNorm2d(scope.at('bn'), conv2d(scope.at('conv'), input, { out: width, kernel: 3, stride: 2 })));
      const embedding = flatten(adaptiveAveragePool2d(features, 1));
      const hidden = relu(linear(scope.at('hidden'), embedding, { out: width }));
      return { features, embedding, logits: linear(scope.at('fc'), hidden, { out: classes }) };
    },
  };
}

const held = (state: StateDict): string => [...state].map(([name, { type, shape }]) => `${name} ${type} [${shape.join(', ')}]`).join('\n');
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const options = { classes: 2 };
const declaredBy = (architecture: Architecture): readonly Declaration[] => declarations(trace(architecture.network(options), [1, 3, 16, 16], { training: false }).tape);

/** How each kind of file is loaded, for the network of a width; making these costs nothing, so that a process can measure what loading costs. */
export function loaders(width: number): Readonly<Record<'safetensors' | '.pt (zip)' | '.pt (legacy)' | 'ONNX', Subject['load']>> {
  const declared = declaredBy(tiny(width));
  const torch: Subject['load'] = async (bytes) => {
    const found = stateDictOf(await readTorchFile(bytes));
    // What has no checksum of its own is told by the network that it is loaded into.
    weightsOf(declared, found);
    return held(found);
  };
  return {
    safetensors: async (bytes) => held(readSafetensors(bytes, { ours: true }).tensors),
    '.pt (zip)': torch,
    '.pt (legacy)': torch,
    ONNX: async (bytes) => JSON.stringify(await readModelCard(bytes)),
  };
}

/** Every kind of file, of a network whose widest layer has `width`² weights. */
export async function fuzzSubjects(width: number): Promise<readonly Subject[]> {
  const architecture = tiny(width);
  const state = initialState(declaredBy(architecture), 1);
  const load = loaders(width);
  const safetensors = new Uint8Array(writeSafetensors(state, { run: 'fuzz' }));
  const headerEnd = 8 + Number(new DataView(safetensors.buffer).getBigUint64(0, true));
  const onnx = await exportModel(architecture, options, state, cardFor('tiny', 16), { explain: true });
  return [
    { name: 'safetensors', file: { bytes: safetensors, header: range(0, headerEnd) }, load: load.safetensors },
    { name: '.pt (zip)', file: writeZipTorch(state), load: load['.pt (zip)'] },
    { name: '.pt (legacy)', file: writeLegacyTorch(state), load: load['.pt (legacy)'] },
    // No byte of a sealed file may change.
    { name: 'ONNX', file: { bytes: onnx, header: range(0, onnx.length) }, load: load.ONNX },
  ];
}

/** Files that PyTorch and safetensors wrote themselves, by the recording of tests/oracles/checkpoint: not ours, so that a header's text may differ. */
export function recordedSubjects(): readonly Subject[] {
  const recorded = JSON.parse(readFileSync(new URL('../../oracles/checkpoint/checkpoints.json', import.meta.url), 'utf8')) as { readonly files: Readonly<Record<string, string>> };
  return ['zip', 'zip-wrapped', 'zip-module'].map((name) => {
    const bytes = new Uint8Array(Buffer.from(recorded.files[name] ?? '', 'base64'));
    return { name: `PyTorch's ${name}`, file: { bytes, header: range(0, bytes.length) }, load: async (changed) => held(stateDictOf(await readTorchFile(changed))) };
  });
}

/** How many mutations ended how. */
export interface FuzzOutcome {
  readonly name: string;
  readonly tried: number;
  /** Refused by an error that names the place. */
  readonly refused: number;
  /** Loaded, with the names, types and shapes that it had. */
  readonly unchanged: number;
  /** Of those that changed a header, a length or an opcode alone: all of them must be among the refused. */
  readonly targeted: number;
  readonly slowestMilliseconds: number;
  /** What must not be. */
  readonly violations: readonly string[];
}

/** Where a refusal may say that the damage is. */
const place = /\b(?:bytes? \d|entry|storage|tensor|header|the end|the archive|the object|the seal|the list|the pickles|__metadata__|The weights (?:hold|lack)|has the shape)/;

function verdictOf(error: unknown): string | undefined {
  if (!(error instanceof NnError) && !(error instanceof CovidCtError)) return `another error: ${String(error)}`;
  return place.test(error.message) ? undefined : `no place in: ${error.message}`;
}

/** Tries seeded mutations of a subject. */
export async function fuzz(subject: Subject, count: number, seed: number, onTry: (mutation: Mutation) => void = () => undefined): Promise<FuzzOutcome> {
  const random = createRandom(seed).fork(subject.name);
  const intact = await subject.load(subject.file.bytes);
  const violations: string[] = [];
  let [refused, unchanged, targeted, slowest] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const mutation = mutate(subject.file, random);
    onTry(mutation);
    if (mutation.targeted) targeted += 1;
    const started = performance.now();
    try {
      const found = await subject.load(mutation.bytes);
      unchanged += 1;
      if (found !== intact) violations.push(`${mutation.what}: it loads, and holds something else`);
      if (mutation.targeted) violations.push(`${mutation.what}: it loads`);
    } catch (error) {
      refused += 1;
      const verdict = verdictOf(error);
      if (verdict !== undefined) violations.push(`${mutation.what}: ${verdict}`);
    }
    slowest = Math.max(slowest, performance.now() - started);
  }
  return { name: subject.name, tried: count, refused, unchanged, targeted, slowestMilliseconds: slowest, violations };
}

/** That an exported file of {@link fuzzSubjects} is one that the runtime takes, so that its refusals mean something. */
export async function runsAtAll(subject: Subject): Promise<boolean> {
  const { model } = await openModel(subject.file.bytes, { threads: 1 });
  await model.close();
  return true;
}
