import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parentVariable } from '../../base/index.ts';

/** What a command tells its parent: how far it is. */
const messageSchema = z.object({
  progress: z.object({ label: z.string().max(200), done: z.number(), total: z.number(), detail: z.string().max(200).optional() }),
});

/** How far a command is. */
export type CommandProgress = z.infer<typeof messageSchema>['progress'];

/** A command that runs in a process of its own. */
export interface RunningCommand {
  readonly process: number;
  /** Asks it to stop; kills it where it does not within some seconds. */
  stop(): void;
  readonly ended: Promise<{ readonly exitCode: number; readonly stdout: string }>;
}

const program = fileURLToPath(new URL('../../../bin/covid-ct.js', import.meta.url));
const patience = 15_000;
/** Of a result: above that, memory would suffer. */
const mostOutput = 256 * 1024 * 1024;

/** Runs `covid-ct` with arguments, `--json` and a workspace; its progress comes over a channel that a terminal has not. */
export function runCommand(
  args: readonly string[],
  workspace: string,
  hear: { readonly onProgress: (progress: CommandProgress) => void; readonly onLog: (text: string) => void },
): RunningCommand {
  const [command = '', ...rest] = args;
  const child = fork(program, [command, '--json', '--workspace', workspace, ...rest], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [], env: { ...process.env, [parentVariable]: 'workbench' } });
  // Pages go before: long work takes what the server's answers leave. Where the system does not allow it, it runs as any other program.
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Refused, or over already.
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > mostOutput) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', hear.onLog);
  child.on('message', (message) => {
    const parsed = messageSchema.safeParse(message);
    if (parsed.success) hear.onProgress(parsed.data.progress);
  });
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<{ exitCode: number; stdout: string }>((resolve) => {
    const finish = (exitCode: number): void => {
      clearTimeout(timer);
      resolve({ exitCode, stdout: Buffer.concat(chunks).toString('utf8') });
    };
    child.on('error', (error) => {
      hear.onLog(`${error.message}\n`);
      finish(4);
    });
    child.on('close', (code) => finish(code ?? 4));
  });
  return {
    process: child.pid ?? 0,
    stop: () => {
      child.kill('SIGINT');
      timer ??= setTimeout(() => child.kill('SIGKILL'), patience);
      timer.unref();
    },
    ended,
  };
}
