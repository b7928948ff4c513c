/** A process that runs one job and ends; started by the runner, and gone when the runner is. */
import { asCovidCtError, openWorkspace } from '../../base/index.ts';
import type { AnyJobDefinition } from './definition.ts';
import type { FromWorker, ToWorker } from './messages.ts';

function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, {}, () => resolve());
  });
}

const controller = new AbortController();

async function run(message: Extract<ToWorker, { type: 'run' }>): Promise<FromWorker> {
  try {
    const module = (await import(message.module)) as { readonly jobs?: readonly AnyJobDefinition[] };
    const definition = module.jobs?.find(({ kind }) => kind === message.kind);
    if (definition === undefined) throw new Error(`${message.module} defines no job of kind ${message.kind}`);
    const result = await definition.run(message.arguments, {
      workspace: openWorkspace(message.workspace),
      signal: controller.signal,
      progress: (progress) => void send({ type: 'progress', progress }),
      log: (text) => void send({ type: 'log', text }),
    });
    return { type: 'done', result: result ?? null };
  } catch (thrown) {
    const error = asCovidCtError(thrown);
    return { type: 'failed', error: { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) } };
  }
}

// The runner was killed: nobody would record the result, and the job will be begun again.
process.once('disconnect', () => process.exit(0));
process.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') controller.abort();
  else
    void run(message).then(send).finally(() => {
      process.disconnect?.();
      process.exit(0);
    });
});
