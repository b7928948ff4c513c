/** The thread that computes: answers one question after the other, until it is closed. Started by {@link NetworkThread}. */
import { parentPort } from 'node:worker_threads';
import { NnError } from '../errors.ts';
import { InferenceModel } from '../runtime/inference-model.ts';
import { Trainer } from '../train/trainer.ts';
import { buffersOf, plainError, type Answer, type Question, type Reply, type Request } from './protocol.ts';

let trainer: Trainer | undefined;
let model: InferenceModel | undefined;

function theTrainer(): Trainer {
  if (trainer === undefined) throw new NnError('BAD_INPUT', 'This thread trains nothing.');
  return trainer;
}

function theModel(): InferenceModel {
  if (model === undefined) throw new NnError('BAD_INPUT', 'This thread has no model.');
  return model;
}

interface Answered {
  readonly answer: Answer;
  readonly transfer?: readonly ArrayBuffer[];
}

async function answer(question: Question): Promise<Answered> {
  switch (question.kind) {
    case 'train':
      trainer = await Trainer.create(question.program, question.state, question.options);
      return { answer: { kind: 'done', steps: trainer.steps } };
    case 'step': {
      const { batches, cancel } = question;
      const signal = {
        get aborted() {
          return Atomics.load(cancel, 0) !== 0;
        },
      };
      const report = await theTrainer().step(batches, { signal });
      return { answer: { kind: 'report', report }, transfer: buffersOf(report.outputs.flatMap((outputs) => Object.values(outputs))) };
    }
    case 'state':
    case 'snapshot': {
      const state = question.kind === 'state' ? theTrainer().state(question.which) : theTrainer().snapshot();
      return { answer: { kind: 'state', state }, transfer: buffersOf([...state.values()].map(({ bytes }) => bytes)) };
    }
    case 'restore':
      theTrainer().restore(question.snapshot);
      return { answer: { kind: 'done', steps: theTrainer().steps } };
    case 'load':
      model = await InferenceModel.load(question.onnx, question.options);
      return { answer: { kind: 'loaded', inputNames: model.inputNames, outputNames: model.outputNames } };
    case 'run': {
      const results = await theModel().run(question.feeds);
      return { answer: { kind: 'results', results }, transfer: buffersOf(Object.values(results).map(({ data }) => data)) };
    }
    case 'close':
      await Promise.all([trainer?.close(), model?.close()]);
      return { answer: { kind: 'done', steps: trainer?.steps ?? 0 } };
  }
}

// Questions that come while one is answered wait for their turn.
let turn = Promise.resolve();
parentPort?.on('message', ({ id, question }: Request) => {
  turn = turn.then(async () => {
    const { answer: said, transfer = [] } = await answer(question).catch((error: unknown): Answered => ({ answer: { kind: 'error', error: plainError(error) } }));
    parentPort?.postMessage({ id, answer: said } satisfies Reply, [...transfer]);
    if (question.kind === 'close') parentPort?.close();
  });
});
