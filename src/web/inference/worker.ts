/// <reference lib="webworker" />
import { CovidCtError } from '../../base/pure.ts';
import { decodePicture } from '../../imaging/browser.ts';
import { describeLooks, findLungs, lungAbstentions, preprocess, toGray, type PreprocessPlan } from '../../imaging/index.ts';
import { openModel, type ModelCard, type OpenedModel } from '../../models/inference.ts';
import type { Runtime } from '../../nn/inference.ts';
import type { Attention, InferenceAnswer, InferenceRequest, LoadedModel, Region, Scored } from './protocol.ts';

/** The network, in a thread of its own: nothing that is done here is sent anywhere. */

let opened: OpenedModel | undefined;

/** The runtime with the backend that is wanted. One thread: several need workers of their own, whose script a bundle has not apart. */
async function runtimeOf(backend: LoadedModel['backend']): Promise<Runtime> {
  if (backend === 'wasm') {
    const runtime = await import('onnxruntime-web/wasm');
    runtime.env.wasm.numThreads = 1;
    return runtime;
  }
  const runtime = await import('onnxruntime-web/webgpu');
  runtime.env.wasm.numThreads = 1;
  const create = (onnx: Uint8Array, options: object) => runtime.InferenceSession.create(onnx, { ...options, executionProviders: ['webgpu', 'wasm'] });
  // The class itself, but for the backend that its sessions are made with.
  return { ...runtime, InferenceSession: Object.assign(Object.create(runtime.InferenceSession) as typeof runtime.InferenceSession, { create }) };
}

async function load(onnx: ArrayBuffer, backend: LoadedModel['backend']): Promise<LoadedModel> {
  await opened?.model.close();
  opened = undefined;
  opened = await openModel(new Uint8Array(onnx), { runtime: await runtimeOf(backend) });
  return { card: opened.card, outputs: opened.outputs, backend };
}

/** The part of a picture that a plan feeds to the network. */
function regionOf({ resize, crop }: PreprocessPlan, width: number, height: number): Region {
  if (!('shorterSide' in resize) || crop === undefined) return { x: 0, y: 0, width, height };
  const side = (crop * Math.min(width, height)) / resize.shorterSide;
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}

/** As `covid-ct predict` scores: 1 − the probabilities of the other named classes. */
function scoreOf({ classes, positive }: ModelCard, probabilities: Float32Array): number {
  return classes.reduce((score, name, index) => (name === positive ? score : score - (probabilities[index] ?? NaN)), 1);
}

async function score(bytes: ArrayBuffer): Promise<Scored> {
  if (opened === undefined) throw new CovidCtError('USAGE', 'No model is loaded.');
  const started = performance.now();
  const { card, model } = opened;
  const picture = await decodePicture(new Uint8Array(bytes));
  const { channels } = card.preprocessing;
  const results = await model.run({ input: { shape: [1, channels, card.inputSize, card.inputSize], data: preprocess(picture, card.preprocessing) } });
  const lungs = findLungs(toGray(picture));
  const { gradcam, probabilities } = results;
  const [, , mapHeight = 0, mapWidth = 0] = gradcam?.shape ?? [];
  const plane = card.classes.indexOf(card.positive) * mapWidth * mapHeight;
  const attention: Attention | undefined = gradcam === undefined ? undefined : { width: mapWidth, height: mapHeight, data: gradcam.data.slice(plane, plane + mapWidth * mapHeight), region: regionOf(card.preprocessing, picture.width, picture.height) };
  return {
    score: scoreOf(card, probabilities?.data ?? new Float32Array()),
    attention,
    width: picture.width,
    height: picture.height,
    lungs: lungs.found ? { found: true, share: lungs.share } : { found: false, why: lungAbstentions[lungs.reason] },
    looks: describeLooks(picture),
    milliseconds: performance.now() - started,
  };
}

const place = globalThis as unknown as DedicatedWorkerGlobalScope;

async function answer(request: InferenceRequest): Promise<InferenceAnswer> {
  const { id } = request;
  try {
    return request.do === 'load' ? { id, loaded: await load(request.onnx, request.backend) } : { id, scored: await score(request.picture) };
  } catch (error) {
    return { id, problem: { message: error instanceof Error ? error.message : String(error), hint: error instanceof CovidCtError ? error.hint : undefined } };
  }
}

// One after the other: a model is not run while another is loaded.
let last: Promise<unknown> = Promise.resolve();
place.addEventListener('message', ({ data }: MessageEvent<InferenceRequest>) => {
  last = last.then(() => answer(data)).then((result) => place.postMessage(result));
});
