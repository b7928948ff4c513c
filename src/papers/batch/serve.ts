import { asCovidCtError } from '../../base/index.ts';
import { inflateAtOnce } from '../pdf/index.ts';
import { failedResult, jobSchema, type JobResult } from './job.ts';
import { runJob } from './run-job.ts';

async function answer(message: unknown): Promise<JobResult> {
  try {
    return await runJob(jobSchema.parse(message), ({ label, done, total }) => void process.send?.({ step: { label, done, total } }));
  } catch (thrown) {
    const error = asCovidCtError(thrown);
    // A full disk or a rule file that is none would hit every paper alike: that ends the batch, by the parent.
    if (error.code === 'DISK' || error.code === 'BAD_INPUT') throw error;
    return failedResult('broken', error.message);
  }
}

/** Answers the jobs that the pool sends to this process, until the pool is gone. */
export function serve(): void {
  inflateAtOnce();
  // Libraries leave promises behind that fail after their page was given up.
  process.on('unhandledRejection', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    void answer(message).then(
      (result) => process.send?.({ result, resident: process.memoryUsage.rss() }),
      (error: unknown) => {
        process.send?.({ fatal: asCovidCtError(error).message });
      },
    );
  });
  process.send?.('ready');
}
