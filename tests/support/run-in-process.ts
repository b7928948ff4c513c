import { join } from 'node:path';
import { vi } from 'vitest';
import { writeFileAtomic } from '../../src/base/index.ts';
import { main } from '../../src/cli/main.ts';
import { drawSample } from '../../src/release/index.ts';

/** What a run of the command line left. */
export interface InProcessRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process: starting one each time would take most of a test's time. */
export async function runInProcess(args: readonly string[]): Promise<InProcessRun> {
  const written = { stdout: '', stderr: '' };
  const keep = (name: keyof typeof written) => (chunk: string | Uint8Array) => {
    written[name] += String(chunk);
    return true;
  };
  const spies = [vi.spyOn(process.stdout, 'write').mockImplementation(keep('stdout')), vi.spyOn(process.stderr, 'write').mockImplementation(keep('stderr'))];
  try {
    return { code: await main(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Writes the sample's files into a folder, so that many runs need not draw it anew. */
export async function writeSample(folder: string): Promise<void> {
  for (const [path, bytes] of (await drawSample()).files) await writeFileAtomic(join(folder, path), bytes);
}
