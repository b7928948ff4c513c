import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line's program in this checkout. */
export const program = fileURLToPath(new URL('../../bin/covid-ct.js', import.meta.url));

/** How a run of the command line ended. */
export interface ProgramRun {
  /** `-1` when a signal ended it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Of all its threads: on a busy machine it says more than the clock. */
  readonly cpuSeconds: number;
  /** The most memory that it held, in MB. */
  readonly peakMegabytes: number;
}

/** Tells the peak of memory, and the time of its processors, on file descriptor 3 when the process ends. */
const reporter = `data:text/javascript,${encodeURIComponent('import{writeSync}from"node:fs";process.on("exit",()=>{const u=process.resourceUsage();writeSync(3,u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime))})')}`;

/**
 * Runs `covid-ct` with some arguments as a process of its own.
 * @param options `timeout`: milliseconds after which it is killed, which tests see as a signal; a minute unless given
 */
export function runProgram(args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly timeout?: number } = {}): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', reporter, program, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: options.timeout ?? 60_000,
      killSignal: 'SIGKILL',
    });
    const texts = ['', '', '', ''];
    for (const descriptor of [1, 2, 3]) child.stdio[descriptor]?.on('data', (chunk: Buffer) => (texts[descriptor] += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? -1,
        signal,
        stdout: texts[1] ?? '',
        stderr: texts[2] ?? '',
        seconds: (performance.now() - started) / 1000,
        peakMegabytes: Number((texts[3] ?? '').split(' ')[0]) / 1024,
        cpuSeconds: Number((texts[3] ?? '').split(' ')[1]) / 1e6,
      }),
    );
  });
}
