import { CovidCtError } from '../../base/index.ts';
import type { PowerPoint } from '../../study/index.ts';
import { runCommand } from '../jobs/run-command.ts';
import { limited } from '../limited.ts';

/** What the page Power asks. */
export interface PowerRequest {
  readonly auc: number;
  readonly difference: number;
  readonly goal: 'difference' | 'non-inferiority' | 'equivalence';
  readonly margin: number;
  readonly readers: readonly number[];
  readonly cases: readonly number[];
  readonly variance: string;
  readonly simulations: number;
}

const inTurn = limited(1);

/**
 * Power by `covid-ct study power`, in a process of its own: it takes seconds of arithmetic, during which the server goes on answering.
 * One at a time. @throws CovidCtError USAGE with what the command said
 */
export function simulatePowerApart({ auc, difference, goal, margin, readers, cases, variance, simulations }: PowerRequest, workspace: string): Promise<readonly PowerPoint[]> {
  const towards = goal === 'difference' ? [] : [`--margin=${margin}`, ...(goal === 'equivalence' ? ['--equivalence'] : [])];
  return inTurn(async () => {
    let said = '';
    const command = runCommand(
      ['study', 'power', `--auc=${auc}`, `--difference=${difference}`, ...towards, `--readers=${readers.join(',')}`, `--cases=${cases.join(',')}`, `--variance=${variance}`, `--simulations=${simulations}`, '--seed=1'],
      workspace,
      { onProgress: () => undefined, onLog: (text) => (said += text) },
    );
    const { exitCode, stdout } = await command.ended;
    if (exitCode !== 0) throw new CovidCtError('USAGE', said.trim().replaceAll(/\s+/g, ' ').slice(0, 500) || `The simulation ended with ${exitCode}.`);
    return (JSON.parse(stdout) as { readonly points: readonly PowerPoint[] }).points;
  });
}
