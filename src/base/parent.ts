import type { Progress } from './progress.ts';

/**
 * A command that the workbench's server runs has a channel to it, and is told so by this variable; one that a person runs has neither. A
 * channel alone says nothing: whatever else forks a process (a test's runner) has one too, and ends when it is let go.
 */
export const parentVariable = 'COVID_CT_PARENT';
const hasParent = (): boolean => process.env[parentVariable] === 'workbench' && process.send !== undefined;

/** After it, a command that was told to stop is ended, whatever it does. */
const patience = 10_000;

/** Tells the parent process how far the work is; undefined where there is none to tell. */
export function parentProgress(): Progress | undefined {
  if (!hasParent()) return undefined;
  // The channel alone does not keep a command that has finished from ending.
  process.channel?.unref();
  return ({ label, done, total, detail }) => {
    if (process.connected) process.send?.({ progress: { label, done, total, ...(detail === undefined ? {} : { detail }) } });
  };
}

/** Calls back when the parent process is gone, killed perhaps: work that nobody waits for stops, and a new parent begins it again. */
export function whenParentEnds(stop: () => void): void {
  if (!hasParent()) return;
  process.once('disconnect', () => {
    stop();
    setTimeout(() => process.exit(4), patience).unref();
  });
}
