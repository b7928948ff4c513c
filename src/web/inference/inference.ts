import { problemOf } from '../app/client.ts';
import type { InferenceAnswer, InferenceRequest, LoadedModel, Scored } from './protocol.ts';

/** What the worker could not do. */
export class InferenceProblem extends Error {
  override readonly name = 'InferenceProblem';
  readonly hint: string | undefined;
  constructor(message: string, hint: string | undefined) {
    super(message);
    this.hint = hint;
  }
}

let worker: Worker | undefined;
let nextId = 1;
const waiting = new Map<number, (answer: InferenceAnswer) => void>();

function theWorker(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<InferenceAnswer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  worker.addEventListener('error', ({ message }) => {
    for (const [id, answer] of waiting) answer({ id, problem: { message: message === '' ? 'The network’s worker could not be started.' : message, hint: undefined } });
    waiting.clear();
    worker = undefined;
  });
  return worker;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

function ask(request: WithoutId<InferenceRequest>, ...handedOver: ArrayBuffer[]): Promise<InferenceAnswer> {
  const id = nextId++;
  return new Promise((resolve, reject) => {
    waiting.set(id, (answer) => ('problem' in answer ? reject(new InferenceProblem(answer.problem.message, answer.problem.hint)) : resolve(answer)));
    theWorker().postMessage({ ...request, id }, handedOver);
  });
}

/** WebGPU where the browser has it and it gives a device; unproven here, so that WebAssembly can be asked for. */
async function bestBackend(): Promise<LoadedModel['backend']> {
  try {
    const { gpu } = navigator as Navigator & { readonly gpu?: { requestAdapter(): Promise<object | null> } };
    return (await gpu?.requestAdapter()) ? 'webgpu' : 'wasm';
  } catch {
    return 'wasm';
  }
}

let current: { readonly name: string; readonly loaded: Promise<LoadedModel> } | undefined;

/** Loads a model into the worker, unless it holds it already. @param name of what `bytes` gives: the same name, the same model */
export function loadModel(name: string, bytes: () => Promise<ArrayBuffer>, backend?: LoadedModel['backend']): Promise<LoadedModel> {
  if (current?.name === name) return current.loaded;
  const load = async (): Promise<LoadedModel> => {
    const answer = await ask({ do: 'load', onnx: await bytes(), backend: backend ?? (await bestBackend()) });
    if (!('loaded' in answer)) throw new InferenceProblem('The worker answered something else.', undefined);
    return answer.loaded;
  };
  const loaded = load();
  current = { name, loaded };
  loaded.catch(() => {
    if (current?.name === name) current = undefined;
  });
  return loaded;
}

/** Scores a picture by the model that is loaded. */
export async function scorePicture(picture: ArrayBuffer): Promise<Scored> {
  const answer = await ask({ do: 'score', picture }, picture);
  if (!('scored' in answer)) throw new InferenceProblem('The worker answered something else.', undefined);
  return answer.scored;
}

/** The bytes at an address of the workbench. */
export async function fetchBytes(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw await problemOf(response);
  return response.arrayBuffer();
}

/** Loads the model of a run. */
export function loadRunModel(release: string, id: string): Promise<LoadedModel> {
  return loadModel(`${release}/${id}`, () => fetchBytes(`/api/releases/${release}/submissions/${id}/model`));
}
