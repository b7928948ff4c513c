import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/build-web.ts', import.meta.url));

/** Builds the workbench's page in a checkout, where its sources have changed since; an installed package has it built. */
export async function buildWebIfNeeded(say: (text: string) => void): Promise<void> {
  if (!existsSync(script)) return;
  const needed = execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' }).trim() === 'needed';
  if (!needed) return;
  say('Building the workbench’s page, once …');
  execFileSync(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit'] });
}
