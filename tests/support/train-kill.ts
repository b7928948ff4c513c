import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, pathExists, sha256 } from '../../src/base/index.ts';

/** What a loop of killed trainings came to. */
export interface TrainKillResult {
  readonly kills: number;
  /** Epochs that the kills were in, counted from 1 by what the checkpoint then held. */
  readonly epochs: readonly number[];
  /** Runs that came to their end, the undisturbed one left out. */
  readonly finished: number;
  /** Runs whose weights differ from the undisturbed one's, and whatever else was wrong. */
  readonly faults: readonly string[];
}

/** Arguments of node that begin a run in a folder, or go on with it. */
export type TrainArguments = (folder: string, how: 'new' | 'resume') => readonly string[];

/** Runs a training; `killAfter` milliseconds after its start it gets SIGKILL. Gives its exit code, or the signal. */
function train(args: readonly string[], killAfter?: number): Promise<{ readonly outcome: number | string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ outcome: signal ?? code ?? -1, stderr });
    });
  });
}

const hashOf = async (folder: string): Promise<string> => sha256(await readFile(join(folder, 'weights.safetensors')));

async function epochsDone(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'epochs.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}

/**
 * Kills trainings with SIGKILL at random times, again and again, and lets each go on: at its end the weights must be those
 * of a training that nobody killed, bit for bit.
 */
export async function runTrainKillLoop(argumentsOf: TrainArguments, kills: number, seed: number): Promise<TrainKillResult> {
  const home = await mkdtemp(join(tmpdir(), 'covid-ct-train-kill-'));
  const random = createRandom(seed).fork('kill times');
  const faults: string[] = [];
  const epochs: number[] = [];
  let finished = 0;
  try {
    const calm = join(home, 'calm');
    const began = performance.now();
    const undisturbed = await train(argumentsOf(calm, 'new'));
    const duration = performance.now() - began;
    if (undisturbed.outcome !== 0) throw new Error(`the training fails without being killed: ${undisturbed.outcome}: ${undisturbed.stderr}`);
    const expected = await hashOf(calm);
    const folder = join(home, 'killed');
    const proceed = async (killAfter?: number): Promise<boolean> => {
      const how = (await pathExists(join(folder, 'checkpoint.safetensors'))) ? 'resume' : 'new';
      const { outcome, stderr } = await train(argumentsOf(folder, how), killAfter);
      if (outcome === 'SIGKILL') return false;
      if (outcome !== 0) faults.push(`${how} after ${epochs.length} kills ended with ${outcome}: ${stderr.trim()}`);
      else if ((await hashOf(folder)) !== expected) faults.push(`the weights differ after ${epochs.length} kills`);
      finished += 1;
      await rm(folder, { recursive: true, force: true });
      return true;
    };
    while (epochs.length < kills && faults.length < 3) {
      if (!(await proceed(random.uniform() * duration))) epochs.push((await epochsDone(folder)) + 1);
    }
    while (!(await proceed()) && faults.length < 3);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  return { kills: epochs.length, epochs, finished, faults };
}
