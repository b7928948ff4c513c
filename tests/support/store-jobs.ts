/** Kinds of jobs for the tests of the queue; loaded by the runner and by its worker processes. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CovidCtError } from '../../src/base/index.ts';
import { appendEvent, defineJob } from '../../src/store/index.ts';

export const jobs = [
  defineJob({
    kind: 'count',
    arguments: z.strictObject({ to: z.int().min(0) }),
    async run({ to }, context) {
      for (let done = 0; done <= to; done++) context.progress({ label: 'counting', done, total: to });
      context.log(`counted to ${to}`);
      return { counted: to };
    },
    record: async (db, { to }) => void (await appendEvent(db, { stream: `counted/${to}`, kind: 'counted', body: { to }, at: new Date() })),
  }),
  defineJob({
    kind: 'wait',
    arguments: z.strictObject({ deaf: z.boolean() }),
    async run({ deaf }, context) {
      context.log('waiting');
      await delay(120_000, undefined, deaf ? {} : { signal: context.signal });
    },
  }),
  defineJob({
    kind: 'refuse',
    arguments: z.strictObject({}),
    run: () => Promise.reject(new CovidCtError('BAD_INPUT', 'This is not to be done.', { hint: 'Do something else.' })),
  }),
  defineJob({ kind: 'crash', arguments: z.strictObject({}), run: () => process.kill(process.pid, 'SIGKILL') && Promise.resolve() }),
];
