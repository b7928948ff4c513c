/** The page that the tests of this folder drive: the project's own sources, in a browser. */
import * as runtime from 'onnxruntime-web/wasm';
import { decodePicture } from '../../../src/imaging/browser.ts';
import { preprocess } from '../../../src/imaging/index.ts';
import { openModel, type OpenedModel } from '../../../src/models/inference.ts';
import type { PageCalls } from '../calls.ts';

// Several threads need a page that is isolated from other origins; one is enough to compare numbers.
runtime.env.wasm.numThreads = 1;

async function fetchBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Bytes as text, in which they leave the page. */
const packed = (numbers: Uint8Array | Float32Array): string => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).toBase64();

const unpacked = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromBase64(text);

async function withModel<T>(address: string, use: (opened: OpenedModel) => Promise<T>): Promise<T> {
  const opened = await openModel(await fetchBytes(address), { runtime });
  try {
    return await use(opened);
  } finally {
    await opened.model.close();
  }
}

async function outputsOf({ model }: OpenedModel, shape: readonly number[], data: Float32Array<ArrayBuffer>): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await model.run({ input: { shape, data } })).map(([name, result]) => [name, packed(result.data)]));
}

const page: PageCalls = {
  async decode(picture) {
    const decoded = await decodePicture(unpacked(picture));
    return { ...decoded, data: packed(decoded.data) };
  },
  async preprocess(picture, plan) {
    return packed(preprocess(await decodePicture(unpacked(picture)), plan));
  },
  async run(model, tensor, shape) {
    const bytes = await fetchBytes(tensor);
    return withModel(model, (opened) => outputsOf(opened, shape, new Float32Array(bytes.buffer)));
  },
  async predict(model, picture) {
    return withModel(model, async (opened) => {
      const { preprocessing, inputSize } = opened.card;
      const tensor = preprocess(await decodePicture(unpacked(picture)), preprocessing);
      return { card: opened.card, outputs: await outputsOf(opened, [1, preprocessing.channels, inputSize, inputSize], tensor) };
    });
  },
  async failure(model) {
    return withModel(model, () => Promise.resolve('none')).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  },
};

Object.assign(globalThis, { testPage: page });
